import { ask, firstLine } from './ask.ts';
import { busy, free, type Probe, type Reading, unknown } from './probe.ts';

/** It may ask a server for a price, so it is not asked at every look. */
const EVERY_SECONDS = 10;

/** The owner's own word: a shell command that ends with 0 while the machine is free. */
export function command(line: string, env: NodeJS.ProcessEnv): Probe {
  async function read(signal: AbortSignal): Promise<Reading> {
    const answer = await ask('/bin/sh', ['-c', line], env, signal);
    if (answer.kind === 'absent') return unknown('there is no /bin/sh for --when');
    if (answer.kind === 'silent') return unknown('the command of --when does not end, and was killed');
    if (answer.status === 0) return free('the command of --when ends with 0');
    const said = answer.stderr + answer.stdout === '' ? '' : `: ${firstLine(answer.stderr, answer.stdout)}`;
    return busy(`the command of --when ends with ${answer.status}${said}`);
  }
  return { name: 'when', read, everySeconds: EVERY_SECONDS };
}
