import { renameSync, writeFileSync } from 'node:fs';
import type { Phase } from '../../core/formats/lending/phase.ts';

/**
 * Writes how far a job is, for the client that lends this machine: whole or not at all, since it may read at any moment.
 * @param path of the file, from DESCENT_PHASE; undefined: nobody asks
 * @param onFault hears what is wrong when a later word cannot be written: the job goes on, the client reads an older word
 * @returns the function that writes it. Its first word must get there: a wrong path would not be seen otherwise
 */
export function phaseWriter(
  path: string | undefined,
  onFault: (said: string) => void,
): (phase: Phase) => void {
  let last: Phase | null = null;
  return (phase) => {
    if (path === undefined || phase === last) return;
    try {
      writeFileSync(`${path}.part`, `${phase}\n`);
      renameSync(`${path}.part`, path);
    } catch (error) {
      const said = `DESCENT_PHASE is ${path}, which cannot be written: ${(error as Error).message}`;
      if (last === null)
        throw new Error(`${said}. Name a file in a folder of the user who lends the machine.`);
      onFault(said);
    }
    last = phase;
  };
}
