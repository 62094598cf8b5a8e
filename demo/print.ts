import type { Summary } from './report.ts';

/** The day's outcome for a person. `answers` are the bot's comments by number. */
export function print(
  summary: Summary,
  answers: Map<number, string>,
  leaderboard: string,
  clone: string,
): string {
  const lines = ['', leaderboard.trim(), '', 'Every pull request, and what the bot answered:'];
  for (const pull of summary.pulls) {
    const end = pull.merged ? 'merged' : pull.state;
    const loss = pull.valBpb === null ? '' : `, ${pull.valBpb.toFixed(4)} bits per byte`;
    lines.push('', `#${pull.number} ${pull.title}: ${pull.verdict}, ${end}${loss}`);
    for (const line of (answers.get(pull.number) ?? '').split('\n')) lines.push(`    ${line}`);
  }
  lines.push('', ...frontier(summary));
  const lucky = summary.pulls.filter((pull) => pull.lucky);
  if (lucky.length > 0)
    lines.push(
      '',
      `Luck did not merge: the first run of ${named(lucky.map(({ number }) => number))} beat the record. A rule of one run would have merged that.`,
    );
  const rescores = summary.pulls.flatMap((pull) => pull.rescores);
  if (rescores.length > 0)
    lines.push(
      '',
      `Scored again: the weights of ${rescores.length} records were scored on the other owner's machine before they merged: ${[...new Set(rescores)].join(', ')}.`,
    );
  const audits = summary.pulls.flatMap((pull) => pull.audits);
  if (audits.length > 0)
    lines.push(
      '',
      `Audits: ${audits.length} runs were repeated with their own seeds on the other owner's machine: ${[...new Set(audits)].join(', ')}.`,
    );
  lines.push('', ...credits(summary));
  lines.push(
    '',
    `${summary.commits.length} commits on main, ${summary.requests} HTTP requests to GitHub, ${summary.seconds} seconds: ${summary.phases.map(({ name, seconds }) => `${name} ${seconds}`).join(', ')}.`,
    `${summary.measurements} measurements took ${summary.measuringSeconds} seconds of the two machines.`,
    '',
    'Look around:',
    `    git -C ${clone} log --graph --stat main`,
    `    git -C ${clone} log main --grep 'Verdict: regressed'`,
    `    git -C ${clone} show main:results/README.md`,
    `    git -C ${clone} show main:results/ledger.json`,
    `    npm run site -- --clone ${clone}`,
    '',
  );
  return lines.join('\n');
}

/** What owners have, and what was spent. */
function credits({ pulls, credits: owners, borrowed }: Summary): string[] {
  const bids = pulls.flatMap(({ number, paid }) =>
    paid.map(
      (one) =>
        `    #${number} started before its turn, since its author bid for that: ${one.credits} credits of ${one.login} went to the common purse.`,
    ),
  );
  const has = owners.map(
    ({ login, free, pending }) =>
      `    ${login} may spend ${free}; ${pending} are pending, until a run of a later day is repeated elsewhere.`,
  );
  const lent = borrowed
    ? [
        `    ${borrowed.by} borrowed ${borrowed.machine} for ${borrowed.seconds} s (#${borrowed.pull}) and paid ${borrowed.credits} credits: ${borrowed.bytes} bytes of weights came back encrypted, and were decrypted.`,
      ]
    : [];
  return ['Credits, which machines earn by the runs they measure:', ...bids, ...lent, ...has];
}

/** What was adopted, and how each chain ended. */
function frontier({ pulls, frontier: { certified, refuted, open } }: Summary): string[] {
  const which = (is: (pull: Summary['pulls'][number]) => boolean) =>
    pulls.filter(is).map(({ number }) => number);
  const adopted = which((pull) => pull.adopted);
  const lines = ['The frontier, the best guess that agents build on:'];
  if (adopted.length === 0) return [...lines, '    nothing was adopted today.'];
  lines.push(
    `    Adopted: ${named(adopted)}, after a run or two each. This is a guess: main does not move by it.`,
  );
  for (const number of which((pull) => pull.composed))
    lines.push(
      `    Composed: #${number} was begun before others were adopted. Its change was put onto the newest file, which was measured and adopted.`,
    );
  for (const { pulls, head, runs } of certified)
    lines.push(
      pulls.length > 1
        ? `    Certified at once: ${named(pulls)} together, by ${runs} fresh runs of #${head}'s file. All of them merged in one step.`
        : `    Certified by itself: #${head}, a large gain, by ${runs} fresh runs.`,
    );
  for (const { pulls, head, runs } of refuted)
    lines.push(
      `    Refuted: ${named(pulls)}. It looked better when it was adopted, but ${runs} fresh runs of #${head}'s file did not. The frontier went back to main, and main never moved.`,
    );
  if (open.length > 0) lines.push(`    Not decided yet: ${named(open)}.`);
  return lines;
}

function named(pulls: number[]): string {
  const names = pulls.map((pull) => `#${pull}`);
  return names.length < 2 ? names.join('') : `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`;
}
