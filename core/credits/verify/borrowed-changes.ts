import { type Borrowed, borrowedPath, parseBorrowed } from '../../formats/borrowing/record.ts';
import { canonicalJson, type Posting } from '../../formats/ledger.ts';
import type { Wrong } from './walked.ts';

/** What the bot does to a record of borrowed runs: it writes it, and adds runs. What was run and paid never changes. */

/** A changed record, read; null where it cannot be. */
export function borrowedIn(
  path: string,
  was: string | null,
  is: string | null,
): { change: { before: Borrowed | null; after: Borrowed } | null; wrong: Wrong[] } {
  if (is === null)
    return {
      change: null,
      wrong: [{ expected: 'the record, which stays for ever', found: 'it was deleted' }],
    };
  const [before, after] = [was === null ? null : parseBorrowed(was), parseBorrowed(is)];
  if (!after.ok)
    return { change: null, wrong: [{ expected: 'a record that can be read', found: after.problems[0]! }] };
  const change = { before: before?.ok ? before.value : null, after: after.value };
  const place = borrowedPath(after.value.pull);
  return {
    change,
    wrong: [
      ...(place === path ? [] : [{ expected: `the record of ${place} at its place`, found: 'it is here' }]),
      ...listedTwice(after.value.runs),
      ...(change.before ? stays(change.before, after.value) : []),
    ],
  };
}

/** Runs that a list has a second time. */
export function listedTwice(runs: readonly { runId: number }[]): Wrong[] {
  const known = new Set<number>();
  return runs.flatMap(({ runId }) => {
    if (known.has(runId)) return [{ expected: `run ${runId} once`, found: 'it is listed twice' }];
    known.add(runId);
    return [];
  });
}

function stays(before: Borrowed, after: Borrowed): Wrong[] {
  const { runs: was, ...rest } = before;
  const { runs: is, ...now } = after;
  const wrong: Wrong[] = [];
  if (canonicalJson(rest) !== canonicalJson(now))
    wrong.push({ expected: canonicalJson(rest), found: canonicalJson(now) });
  for (const run of was) {
    const found = is.find(({ runId }) => runId === run.runId);
    if (canonicalJson(found ?? null) !== canonicalJson(run))
      wrong.push({
        expected: `run ${run.runId} as it was paid`,
        found: found ? 'it was changed' : 'it is gone',
      });
  }
  return wrong;
}

/** Runs that say that they were paid otherwise than the ledger pays them. */
export function paidOtherwise(
  { before, after }: { before: Borrowed | null; after: Borrowed },
  postings: Posting[],
): Wrong[] {
  const known = new Set(before?.runs.map(({ runId }) => runId));
  return after.runs.flatMap(({ runId, gross }) => {
    if (known.has(runId)) return [];
    const posted = postings.find(
      ({ id, account }) => id === `${runId}:borrowed` && account === after.account,
    );
    const paid = -(posted?.milli ?? 0);
    return paid === gross
      ? []
      : [{ expected: `run ${runId} paid with ${paid} thousandths of a credit`, found: String(gross) }];
  });
}
