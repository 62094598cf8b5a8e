import { type Ask, firstLine } from './ask.ts';
import { lastInput } from './last-input.ts';
import { absent, type Probe, type Reading, unknown } from './probe.ts';

/** macOS's own clock since the last key or movement. */
export function macos(ask: Ask): Probe {
  async function read(signal: AbortSignal): Promise<Reading> {
    const answer = await ask('ioreg', ['-c', 'IOHIDSystem', '-d', '4'], signal);
    if (answer.kind === 'absent') return absent('ioreg is not there');
    if (answer.kind === 'silent') return unknown('ioreg does not answer');
    const nanoseconds = /"HIDIdleTime"\s*=\s*(\d+)/.exec(answer.stdout)?.[1];
    if (answer.status === 0 && nanoseconds !== undefined) return lastInput(Number(nanoseconds) / 1e9);
    return unknown(`ioreg answers what nobody can read: ${firstLine(answer.stderr, answer.stdout)}`);
  }
  return { name: 'person', read };
}
