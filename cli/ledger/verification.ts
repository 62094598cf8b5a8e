import { z } from 'zod';
import type { Context } from '../../core/context.ts';
import { inertLine } from '../../core/text/harmless/terminal.ts';
import { count } from '../../core/text/plural.ts';
import { type Repository, verifiedPath } from '../../memory/clone/repository.ts';
import { verifyLedger } from '../../memory/ledger/verify.ts';
import { theirs } from '../untrusted.ts';

/** Whether the ledger follows, as `descent ledger verify` tells it. */

const findingSchema = z.strictObject({
  untrusted: z.literal(true),
  commit: z.string(),
  path: z.string(),
  expected: z.string(),
  found: z.string(),
});

export const verifiedSchema = z.strictObject({
  findings: z.array(findingSchema),
  results: z.int(),
  commits: z.int().describe('of main, that changed results, the ledger or the configuration'),
  since: z.string().nullable().describe('the commit up to which it was verified before'),
  begun: z.strictObject({ commit: z.string(), carried: z.boolean() }).nullable(),
});

export async function verify(
  context: Context,
  repository: Repository,
  { all, anew }: { all: boolean; anew: boolean },
) {
  let said = 0;
  const progress = (commits: number) => {
    if (commits - said < 10_000) return;
    said = commits;
    context.err(`Verified ${commits} commits.\n`);
  };
  const path = anew ? null : verifiedPath(repository, context.env);
  const { findings, walked, since } = await verifyLedger(repository.folder, repository.commit, {
    all,
    path,
    progress,
  });
  return {
    findings: findings.map((one) => ({ untrusted: true as const, ...one })),
    results: walked.results,
    commits: walked.commits,
    since,
    begun: walked.begun,
  };
}

export function verdictOf({
  findings,
  results,
  commits,
  begun,
  since,
}: z.infer<typeof verifiedSchema>): string[] {
  const [first] = findings;
  if (!first) {
    const all = `${count(results, 'result')} in ${count(commits, 'commit')}`;
    if (!begun) return [`There is no ledger with a root yet: nothing to verify in ${all}.`];
    const carried = begun.carried ? `, from balances of an older form that were taken as they stood` : '';
    return [
      `All of the ledger follows from ${all}. It began at ${begun.commit.slice(0, 12)}${carried}.`,
      ...(since ? [`Read since ${since.slice(0, 12)}; with --anew all of it.`] : []),
    ];
  }
  return findings.flatMap(({ commit, path, expected, found }) => [
    `Commit ${commit} does not follow, in ${inertLine(path, 200)}:`,
    `  expected: ${theirs(expected, 300)}`,
    `  found:    ${theirs(found, 300)}`,
  ]);
}
