import { expect, it } from 'vitest';
import { parseResult, resultPath } from '../../../core/formats/result.ts';
import { drawn } from '../../render.ts';
import { AUDITS, shownWhole } from '../../summary/alone.ts';
import { summariesOf } from '../../summary/summary.ts';
import { historyOf, SIGMA, TRACK } from '../../testing/history.ts';
import { resultFiles } from '../../testing/results.ts';
import { WIDE } from '../size.ts';
import { agreementView } from './agreement.ts';

const history = historyOf(9000);
const results = new Map(
  Object.entries(resultFiles(history.events)).map(([path, text]) => {
    const parsed = parseResult(text);
    if (parsed.kind !== 'record') throw new Error(parsed.problem);
    return [path, parsed.result] as const;
  }),
);
const summaryOf = (shown: typeof results) =>
  summariesOf({ ...history, sigmas: new Map([[TRACK, SIGMA]]), results: shown })[0]!;
const summary = summaryOf(results);
const viewOf = (shown: typeof results) => agreementView(summaryOf(shown));

it('compares each repeat with its first run, the latest audits alone', () => {
  const view = viewOf(results);
  const audits = history.events.filter(({ kind }) => kind === 'audit').slice(-AUDITS);
  const rows = view.table.rows;
  const agreed = rows.filter((row) => row[6] === 'agreed');
  expect(rows.length).toBeGreaterThanOrEqual(AUDITS);
  expect(rows.length).toBeLessThanOrEqual(AUDITS + 50); // the latest experiments are read whole, too
  expect(audits.length).toBe(AUDITS);
  // Those that agree were made at most a thousandth apart, either way.
  const differences = agreed.map((row) => Number(row[5]) * summary.record.sigma!);
  expect(Math.max(...differences)).toBeCloseTo(0.001, 4);
  expect(Math.min(...differences)).toBeCloseTo(-0.001, 4);
  const svg = drawn(view.plot!(WIDE));
  const marks = [...svg.querySelectorAll('.agrees, .disagrees')].map(
    (path) => path.getAttribute('d')!.match(/M/g)?.length ?? 0,
  );
  const counted = (outcome: string) => rows.filter((row) => row[6] === outcome).length;
  expect(marks).toEqual([agreed.length, counted('outlier'), counted('unsettled')]);
});

it('finds machines that measure the repeats higher, and names what has no loss on one side', () => {
  const off = new Map(
    [...results].map(([path, result]) => {
      const audits = result.audits.map((audit, i) => ({
        ...audit,
        runs: audit.runs.map((run) => ({
          ...run,
          valBpb: result.pull % 50 === i ? null : run.valBpb! + 2 * SIGMA,
        })),
      }));
      return [path, { ...result, audits }] as const;
    }),
  );
  const center = (finding: string) => Number(/average they are (-?[\d.]+) off/.exec(finding)![1]);
  const [before, after] = [viewOf(results).finding, viewOf(off).finding];
  expect(center(after) - center(before)).toBeGreaterThan(1.5);
  expect(after).toMatch(/\d+ had no loss on one side/);
  expect(viewOf(new Map()).finding).toContain('Too few');
});

it('reads each result once, however old', () => {
  const paths = shownWhole(history.events).map(resultPath);
  expect(new Set(paths).size).toBe(paths.length);
});

it('leaves out scorings: the same weights give the same loss on every machine', () => {
  const scored = [...results].map(([path, result]) => {
    const audits = result.audits.map((audit) => ({ ...audit, why: 'scoring' as const }));
    return [path, { ...result, audits }] as const;
  });
  expect(viewOf(new Map(scored)).table.rows).toEqual([]);
});
