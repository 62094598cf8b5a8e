import type { Report } from './report.ts';

/** The report as people read it in a terminal. */
export function print(report: Report): string {
  const names = ['descent', 'greedy', 'welch'] as const;
  const rows = (title: string, value: (name: (typeof names)[number]) => number | null, digits = 3) =>
    `  ${title.padEnd(40)}${names.map((name) => number(value(name), digits)).join('')}`;
  const usual = report.scenarios[0]!.figures;
  const lines = [
    `  ${''.padEnd(40)}${names.map((name) => name.padStart(10)).join('')}`,
    rows('runs per candidate', (name) => report[name].runsPerCandidate, 2),
    rows("and the incumbent's own", (name) => usual[name].incumbentRunsPerCandidate, 2),
    rows('false merges in 100 candidates', (name) => report[name].falseMergesPer100),
    rows('probability of a merge at zero effect', (name) => report[name].mergeAtZero, 4),
    rows('false discovery rate on the plateau', (name) => report[name].plateauFdr),
    rows('power at 0.001', (name) => report[name].power['0.001']),
    rows('power at 0.002', (name) => report[name].power['0.002']),
    rows('power at 0.004', (name) => report[name].power['0.004']),
    rows('optimism of the record, bits per byte', (name) => report[name].optimism, 5),
    '',
    `  ${'scenario'.padEnd(20)}${'rule'.padEnd(10)}${['runs', '+base', 'merges', 'false', 'FDR', 'at 0', 'at .002', 'optimism', 'progress'].map((s) => s.padStart(10)).join('')}`,
  ];
  for (const { name, figures } of report.scenarios) {
    for (const policy of names) {
      const f = figures[policy];
      const cells = [
        number(f.runsPerCandidate, 2),
        number(f.incumbentRunsPerCandidate, 2),
        number(f.mergesPer100, 2),
        number(f.falseMergesPer100, 3),
        number(f.falseDiscoveryRate, 3),
        number(f.mergeAt['0']!, 4),
        number(f.mergeAt['0.002']!, 3),
        number(f.optimism, 5),
        number(f.progress, 4),
      ];
      lines.push(`  ${(policy === 'descent' ? name : '').padEnd(20)}${policy.padEnd(10)}${cells.join('')}`);
    }
  }
  lines.push(
    '',
    `  ${'an owner who flatters a friend by'.padEnd(40)}${['merges', 'trusting', 'jobs until found twice'].map((s) => s.padStart(20)).join('')}`,
    ...report.booster.map((b) =>
      [
        `  ${`${b.boostSigmas} sigma${b.harmsIncumbent ? ', and harms the incumbent' : ''}`.padEnd(40)}`,
        b.mergeAtZero.toFixed(4).padStart(20),
        b.mergeAtZeroTrusting.toFixed(4).padStart(20),
        String(b.jobsUntilFoundTwice ?? 'over 2000').padStart(20),
      ].join(''),
    ),
  );
  lines.push(
    '',
    `  ${"logins that copy others' best loss".padEnd(40)}${'merges'.padStart(20)}`,
    ...report.copycat.map(
      ({ logins, mergeAtZero }) => `  ${String(logins).padEnd(40)}${mergeAtZero.toFixed(4).padStart(20)}`,
    ),
  );
  lines.push(
    '',
    `  ${'logins that end runs which displease them'.padEnd(60)}${'merges'.padStart(10)}`,
    ...report.preempting.map(({ logins, ends, seedShare, mergeAtZero }) => {
      const seed = seedShare === 0 ? 'a new seed each time' : `the seed explains ${100 * seedShare} %`;
      const who = logins === 0 ? 'none' : `${logins}, the worst ${ends}, ${seed}`;
      return `  ${who.padEnd(60)}${mergeAtZero.toFixed(4).padStart(10)}`;
    }),
  );
  lines.push(
    '',
    `  ${'audit runs per candidate, owners'.padEnd(40)}${['the first 200', 'the next 200'].map((s) => s.padStart(20)).join('')}`,
    ...report.auditCost.map(
      ({ owners, first, later }) =>
        `  ${String(owners).padEnd(40)}${[first, later].map((runs) => runs.toFixed(2).padStart(20)).join('')}`,
    ),
  );
  lines.push(
    '',
    `  ${'who says no to a share, repeated'.padEnd(34)}${['runs', ...Object.keys(report.vetoer[0]!.keptOut).map((gain) => `${gain} sigma`)].map((s) => s.padStart(10)).join('')}`,
    ...report.vetoer.map(({ vetoerShare, repeatShare, runsPerCandidate, keptOut }) =>
      [
        `  ${`${vetoerShare}, ${repeatShare}`.padEnd(34)}`,
        ...[runsPerCandidate, ...Object.values(keptOut)].map((value) => number(value, 2)),
      ].join(''),
    ),
  );
  const short = report.replay.filter((kept) => !kept.oneRunWasEnough);
  lines.push(
    '',
    `  Real history: ${short.length} of ${report.replay.length} kept gains needed more than the one run they had.`,
    `  ${'gain'.padStart(9)}${'runs each'.padStart(11)}${'Descent runs'.padStart(14)}${'merges'.padStart(8)}  change`,
    ...report.replay.map(
      (kept) =>
        `  ${kept.gain.toFixed(6).padStart(9)}${String(kept.runsEachNeeded).padStart(11)}${kept.descentRuns.toFixed(1).padStart(14)}${`${Math.round(100 * kept.descentMerges)} %`.padStart(8)}  ${kept.description}`,
    ),
    '',
    `  ${report.candidatesPerSecond} candidates a second (seed ${report.seed})`,
  );
  return lines.join('\n');
}

const number = (value: number | null, digits: number) =>
  (value === null ? '-' : value.toFixed(digits)).padStart(10);
