import { type Ask, firstLine } from './ask.ts';
import { lastInput } from './last-input.ts';
import { absent, type Probe, type Reading, unknown } from './probe.ts';

/** Programs that print the milliseconds since the last key or movement of an X11 session. */
const PROGRAMS: [string, string[]][] = [
  ['xprintidle', []],
  ['xssstate', ['-i']],
];

/** X11's clock since the last key or movement. Under Wayland it sees only some windows, so it is not asked there. */
export function x(ask: Ask, env: NodeJS.ProcessEnv): Probe {
  async function read(signal: AbortSignal): Promise<Reading> {
    if (env.WAYLAND_DISPLAY || env.XDG_SESSION_TYPE === 'wayland') return absent('the session is not X11');
    // A display of another computer says nothing of this one.
    if (!/^:\d/.test(env.DISPLAY ?? '')) return absent('no X11 session');
    for (const [program, args] of PROGRAMS) {
      const answer = await ask(program, args, signal);
      if (answer.kind === 'absent') continue;
      if (answer.kind === 'silent') return unknown(`${program} does not answer`);
      const said = answer.stdout.trim();
      return answer.status === 0 && /^\d+$/.test(said)
        ? lastInput(Number(said) / 1000)
        : unknown(`${program} fails: ${firstLine(answer.stderr, answer.stdout)}`);
    }
    return absent('neither xprintidle nor xssstate is installed');
  }
  return { name: 'x', read };
}
