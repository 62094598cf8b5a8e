import { join } from 'node:path';
import type { Finding } from '../../core/credits/verify/walked.ts';
import { verifyLedger } from '../../memory/ledger/verify.ts';
import { commitAll } from './commits.ts';
import { Forger } from './forger.ts';
import type { HonestMain } from './honest.ts';
import { TAMPERINGS } from './tamperings.ts';

export interface Tried {
  name: string;
  /** What `ledger verify` names first; null: the forgery was not seen. */
  finding: Finding | null;
  /** The right commit is named. */
  found: boolean;
}

/** Each tampering on a copy of the history, in a repository of its own under the folder. */
export async function tryAll(main: HonestMain, folder: string): Promise<Tried[]> {
  const tried: Tried[] = [];
  for (const [i, { name, forge }] of TAMPERINGS.entries()) {
    const forger = new Forger(main);
    const place = forge(forger);
    const repository = join(folder, `forged-${i}`);
    const oids = await commitAll(repository, forger.commits);
    const { findings } = await verifyLedger(repository, oids.at(-1)!, { path: null });
    const finding = findings[0] ?? null;
    tried.push({ name, finding, found: finding?.commit === oids[place] });
  }
  return tried;
}
