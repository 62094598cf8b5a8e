import { pricesOf } from '../../core/credits/prices.ts';
import { WATCHED } from '../../core/credits/verify/history.ts';
import { nothingWalked } from '../../core/credits/verify/walked.ts';
import { CONFIG_PATH, parseConfig } from '../../core/formats/config.ts';
import { LEDGER_PATH, type Posting } from '../../core/formats/ledger.ts';
import { fileAt, git } from '../clone/git.ts';
import { fetchVersions } from '../index/blobs.ts';
import { ledgerAt } from './at.ts';
import { commitsOf } from './commits.ts';
import { findingsOf } from './verify.ts';

/** The latest postings, the newest first: made again from the ledger some commits ago. Whether that one follows is for `verifyLedger`. */

export interface Posted extends Posting {
  /** When it was committed, ISO 8601. */
  at: string;
}

/** Commits of the ledger that are looked at. */
const COMMITS = 200;

export async function latestPostings(
  folder: string,
  commit: string,
  accounts: string[],
  most: number,
): Promise<Posted[]> {
  const args = ['rev-list', '--first-parent', `--max-count=${COMMITS + 1}`, commit, '--', LEDGER_PATH];
  const commits = (await git(folder, args)).trim().split('\n').filter(Boolean);
  const since = commits.length > COMMITS ? commits.at(-1)! : null;
  const walked = nothingWalked();
  if (since !== null) {
    const ledger = await ledgerAt(folder, since);
    if (!ledger?.ok) return [];
    const config = parseConfig(await fileAt(folder, since, CONFIG_PATH));
    walked.ledger = ledger.value;
    walked.begun = { commit: since, carried: true };
    walked.prices = config.ok ? pricesOf(config.value) : null;
  }
  await fetchVersions(folder, since, commit, WATCHED);
  const latest: Posted[] = [];
  const posted = (at: string, postings: Posting[]) => {
    for (const one of postings) if (accounts.includes(one.account)) latest.push({ ...one, at });
  };
  for await (const _ of findingsOf(
    folder,
    commitsOf(folder, commit, since, WATCHED),
    walked,
    () => {},
    posted,
  ));
  return latest.slice(-most).reverse();
}
