import { join } from 'node:path';
import { type Ask, firstLine } from './ask.ts';
import { busy, free, type Probe, type Reading, unknown } from './probe.ts';
import { list, text } from './read-files.ts';

/** Linux keeps so much of a program's name. */
const KEPT = 15;

/** Whether one of the programs that the owner named runs. @param proc /proc */
export function programs(names: string[], proc: string): Probe {
  async function read(): Promise<Reading> {
    const pids = (await list(proc)).filter((name) => /^\d+$/.test(name));
    const running = await Promise.all(
      pids.map(async (pid) => {
        const [comm, line] = await Promise.all([
          text(join(proc, pid, 'comm')),
          text(join(proc, pid, 'cmdline')),
        ]);
        return { comm, file: line?.split('\0')[0] };
      }),
    );
    const found = names.find((name) =>
      running.some(
        ({ comm, file }) => comm === name.slice(0, KEPT) || (file !== undefined && isFile(file, name)),
      ),
    );
    return found === undefined ? free(`none of ${names.join(', ')} runs`) : busy(`${found} runs`);
  }
  return { name: 'programs', read };
}

/** The same where there is no /proc. */
export function macPrograms(names: string[], ask: Ask): Probe {
  async function read(signal: AbortSignal): Promise<Reading> {
    const answer = await ask('ps', ['-axo', 'comm='], signal);
    if (answer.kind !== 'answered' || answer.status !== 0)
      return unknown(
        answer.kind === 'answered' ? `ps fails: ${firstLine(answer.stderr)}` : 'ps does not answer',
      );
    const files = answer.stdout.split('\n').map((line) => line.trim());
    const found = names.find((name) => files.some((file) => isFile(file, name)));
    return found === undefined ? free(`none of ${names.join(', ')} runs`) : busy(`${found} runs`);
  }
  return { name: 'programs', read };
}

/** The name at a path's end. Under Wine it is a path of Windows. */
function isFile(path: string, name: string): boolean {
  const file = path.split(/[/\\]/).at(-1)!.toLowerCase();
  const wanted = name.toLowerCase();
  return file === wanted || file === `${wanted}.exe`;
}
