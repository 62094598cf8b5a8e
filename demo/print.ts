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
  const lucky = summary.pulls.filter((pull) => pull.lucky);
  if (lucky.length > 0)
    lines.push(
      '',
      `Luck did not merge: the first run of ${lucky.map((pull) => `#${pull.number}`).join(', ')} beat the record. A rule of one run would have merged that.`,
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
  lines.push(
    '',
    `${summary.commits.length} commits on main, ${summary.requests} HTTP requests to GitHub, ${summary.seconds} seconds: ${summary.phases.map(({ name, seconds }) => `${name} ${seconds}`).join(', ')}.`,
    `${summary.measurements} measurements took ${summary.measuringSeconds} seconds of the two machines.`,
    '',
    'Look around:',
    `    git -C ${clone} log --graph --stat main`,
    `    git -C ${clone} log main --grep 'Verdict: regressed'`,
    `    git -C ${clone} show main:results/README.md`,
    '',
  );
  return lines.join('\n');
}
