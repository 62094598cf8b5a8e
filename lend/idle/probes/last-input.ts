import { busy, free, type Reading } from './probe.ts';

/** Who touched keyboard or mouse so recently is there. */
export const PRESENT_SECONDS = 15;

/** Says whether a person is there, by the seconds since the last key or movement. */
export function lastInput(seconds: number): Reading {
  return seconds < PRESENT_SECONDS
    ? busy('somebody uses keyboard or mouse')
    : free(`no key or movement for ${Math.floor(seconds)} s`);
}
