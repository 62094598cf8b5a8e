import { createRequire } from 'node:module';
import { execa } from 'execa';
import { expect, it } from 'vitest';

const require = createRequire(import.meta.url);
const main = require.resolve('./main.ts');

it('prints one JSON document with the promised figures, the same every time', async () => {
  const run = () => execa(process.execPath, [main, '--json', '--size', '200']);
  const [first, second] = await Promise.all([run(), run()]);
  const report = JSON.parse(first.stdout);
  for (const policy of ['descent', 'greedy', 'welch']) {
    expect(Object.keys(report[policy])).toEqual([
      'runsPerCandidate',
      'falseMergesPer100',
      'mergeAtZero',
      'plateauFdr',
      'power',
      'optimism',
    ]);
    expect(Object.keys(report[policy].power)).toEqual(['0.001', '0.002', '0.004']);
  }
  expect(report.auditCost.map((one: { owners: number }) => one.owners)).toEqual([3, 5, 20]);
  const out = report.vetoer.map((one: { keptOut: Record<string, number> }) => one.keptOut['4']);
  expect(out).toHaveLength(15);
  expect(out[11]).toBeLessThan(out[9]); // every refusal of a third repeated, against none
  expect(report.candidatesPerSecond).toBeGreaterThan(0);
  expect({ ...JSON.parse(second.stdout), candidatesPerSecond: 0 }).toEqual({
    ...report,
    candidatesPerSecond: 0,
  });
});

it('prints a table for people', async () => {
  const { stdout } = await execa(process.execPath, [main, '--size', '200']);
  expect(stdout).toContain('runs per candidate');
  expect(stdout).toContain('20 of 22 kept gains needed more than the one run they had');
});

it('says what is wrong with a size it cannot use', async () => {
  const result = await execa(process.execPath, [main, '--size', 'many'], { reject: false });
  expect(result.exitCode).not.toBe(0);
  expect(result.stderr).toContain('must be a whole number of at least 200');
});
