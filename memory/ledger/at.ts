import { LEDGER_PATH, type Ledger, parseLedger } from '../../core/formats/ledger.ts';
import type { Parsed } from '../../core/parsed.ts';
import { fileAt } from '../clone/git.ts';

/** The ledger of one commit; null where it has none. */
export async function ledgerAt(folder: string, commit: string): Promise<Parsed<Ledger> | null> {
  const text = await fileAt(folder, commit, LEDGER_PATH);
  return text === null ? null : parseLedger(text);
}
