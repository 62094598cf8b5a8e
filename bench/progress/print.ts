import { MODES } from './measure.ts';
import type { Report } from './report.ts';
import { PURPOSES } from './track.ts';

/** The report as people read it in a terminal. */
export function print(report: Report): string {
  const cells = (values: readonly string[]) => values.map((value) => value.padStart(12)).join('');
  const lines = [
    `  ${'world'.padEnd(10)}${'rule'.padEnd(10)}${cells(['main', '+-', 'frontier', 'adopted', 'certified', 'false/100', 'refuted', 'candidates'])}`,
  ];
  for (const [name, world] of Object.entries(report.worlds)) {
    for (const mode of MODES) {
      const { main, error, frontier, counts, falseCertifiedPer100 } = world[mode];
      const { adopted, certified, refuted, candidates } = counts;
      const values = [
        ...[main, error, frontier].map((value) => value.toFixed(4)),
        ...[adopted, certified].map((value) => value.toFixed(1)),
        falseCertifiedPer100.toFixed(3),
        refuted.toFixed(2),
        candidates.toFixed(0),
      ];
      lines.push(`  ${(mode === MODES[0] ? name : '').padEnd(10)}${mode.padEnd(10)}${cells(values)}`);
    }
  }
  lines.push(
    '',
    `  ${"the frontier's runs by purpose".padEnd(20)}`,
    `  ${'world'.padEnd(20)}${cells(PURPOSES)}`,
  );
  for (const [name, { frontier }] of Object.entries(report.worlds))
    lines.push(
      `  ${name.padEnd(20)}${cells(PURPOSES.map((purpose) => (frontier.runs[purpose] ?? 0).toFixed(1)))}`,
    );
  const parallel = Object.entries(report.parallel);
  if (parallel.length > 0) {
    lines.push('', `  ${'default, in flight'.padEnd(20)}${cells(parallel.map(([inFlight]) => inFlight))}`);
    for (const mode of ['greedy', 'frontier'] as const)
      lines.push(`  ${mode.padEnd(20)}${cells(parallel.map(([, of]) => of[mode].toFixed(4)))}`);
  }
  lines.push(
    '',
    `  true progress in bits per byte; ${report.runs} runs per track, ${report.tracks} tracks per world, seed ${report.seed}`,
  );
  return lines.join('\n');
}
