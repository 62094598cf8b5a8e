import type { Ask } from './ask.ts';
import { inhibited } from './logind.ts';
import type { Probe } from './probe.ts';

/** Whether a program keeps the screen on, as players of films do. */
export function inhibitors(ask: Ask): Probe {
  return { name: 'inhibitors', read: (signal) => inhibited(ask, signal) };
}
