import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { written } from '../../app/decide/results/commit.ts';
import { stage } from '../../testing/clone/clone.ts';
import { writeHistory } from '../../testing/clone/write-history.ts';
import { CONFIG } from '../../testing/examples/config.ts';
import { board } from '../../testing/examples/leaderboard.ts';
import { resultOf } from '../../testing/examples/result.ts';
import { run } from '../../testing/examples/run.ts';
import { snapshot } from '../../testing/snapshot/snapshot.ts';
import { costsOf, runsPerCandidate, type Usage } from './costs.ts';
import { print } from './print.ts';
import { PRICES, reportOf } from './report.ts';
import { simulatedUsage, usageOf } from './usage.ts';

type Figures = [number, number, number, number, number, number, number];

const page = (name: string) => readFileSync(join(import.meta.dirname, '../../docs', name), 'utf8');

describe('docs/economics.md', () => {
  const text = page('economics.md');
  /** What the page says of runs, from which all else follows. */
  const usages = text.split('\n').flatMap((line): Usage[] => {
    const [name = '', ...cells] = line
      .split('|')
      .slice(1, -1)
      .map((cell) => cell.trim());
    if (!/^(300 s on a card|60 s on a processor), /.test(name)) return [];
    const [seconds, candidates, runs, incumbent, audits, scorings, merges] = cells.map(Number) as Figures;
    const device = name.includes('card') ? 'cuda' : 'cpu';
    return [{ name, device, seconds, candidates, runs, incumbent, audits, scorings, merges }];
  });

  it('has every table and line that the command prints of the same runs', () => {
    expect(usages).toHaveLength(4);
    const lines = print(reportOf(usages, null)).split('\n').slice(1).filter(Boolean);
    expect(lines.length).toBeGreaterThan(30);
    for (const line of lines) expect(text).toContain(line);
  });

  it('has the runs of docs/acceptance.md, and the merges of the simulation', () => {
    const [easy, plateau] = usages;
    const acceptance = page('acceptance.md');
    const figure = (pattern: RegExp) => Number(pattern.exec(acceptance)?.[1]);
    expect(easy!.runs / 100).toBe(figure(/\| runs per candidate +\| +([\d.]+)/));
    expect(easy!.incumbent / 100).toBe(figure(/\| and of the incumbent +\| +([\d.]+)/));
    expect(easy!.audits / 100).toBe(figure(/\| +5 \| +[\d.]+ \| +([\d.]+) \|/));
    expect(plateau!.runs / 100).toBe(figure(/Descent takes ([\d.]+) runs/));
    expect(plateau!.incumbent / 100).toBe(figure(/runs and ([\d.]+) of\nthe incumbent/));
    expect(plateau!.merges).toBe(figure(/0 of ([\d.]+) merges on the plateau/) / 100);
    const [simulated] = simulatedUsage(600, 1);
    expect(Math.abs(simulated!.merges - easy!.merges)).toBeLessThan(4);
    expect(Math.abs(runsPerCandidate(simulated!) - runsPerCandidate(easy!))).toBeLessThan(0.4);
  });
});

it('a merge costs what all candidates cost, and nothing is said where nothing merged', () => {
  const usage: Usage = {
    ...{ name: 'h100', device: 'cuda', seconds: 360, candidates: 10, merges: 2 },
    ...{ runs: 12, incumbent: 3, audits: 2, scorings: 6 },
  };
  expect(runsPerCandidate(usage)).toBe(1.8);
  const home = costsOf(usage, PRICES, [0.1, 0.2]).find(({ id }) => id === 'rtx4090-home')!;
  for (const [i, kwh] of [0.1, 0.2].entries()) {
    expect(home.run[i]).toBeCloseTo(0.6 * kwh * 0.1, 10);
    expect(home.merge![i]).toBeCloseTo(0.6 * kwh * 0.1 * 1.8 * 5, 10);
  }
  expect(costsOf({ ...usage, merges: 0 }, PRICES, [0.1, 0.2])[0]!.merge).toBeNull();
  expect(costsOf({ ...usage, device: 'cpu' }, PRICES, [0.1, 0.2]).map(({ id }) => id)).toEqual(['laptop']);
});

it('counts what stands in a repository: runs, repeats, scorings, runs of main’s own file, seconds, records', async () => {
  const runs = [1, 2].map((runId) => run(1.6, { runId, totalSeconds: 100 }));
  const again = run(1.6, { runId: 3, stage: 'rescore', owner: 'bob', machine: 'bob.lab' });
  const record = resultOf({
    ...{ verdict: 'improved', valBpb: 1.6, runs: [...runs, again] },
    rescores: [{ of: 1, weights: null, claims: null, runs: [again], outcome: 'agreed' }],
    audits: [
      {
        ...{ of: 2, why: 'share', outcome: 'agreed', outlier: null },
        runs: [run(1.6, { runId: 4, stage: 'audit' })],
      },
      {
        ...{ of: 1, why: 'scoring', outcome: 'agreed', outlier: null },
        runs: [run(1.6, { runId: 6, stage: 'rescore', owner: 'bob', machine: 'bob.lab' })],
      },
    ],
  });
  const answered = resultOf({ pull: 42, verdict: 'duplicate', runs: [] });
  const incumbentRuns = [run(2, { runId: 5, stage: 'baseline', totalSeconds: 40 })];
  const { commit } = written(snapshot(), board, [
    { kind: 'result', result: record, incumbentRuns },
    { kind: 'incumbent', result: record },
    { kind: 'result', result: answered },
  ]);
  const { clone } = await stage();
  expect(await usageOf(clone).catch((error) => error.message)).toContain('descent.yml is missing');
  const files = Object.fromEntries(commit.files.map(({ path, content }) => [path, content]));
  await writeHistory(clone, { results: [], files: { ...files, '.github/descent.yml': CONFIG } });
  expect(await usageOf(clone)).toEqual([
    {
      ...{ name: 'cpu', device: 'cpu', seconds: 80, candidates: 1, merges: 1 },
      ...{ runs: 2, incumbent: 1, audits: 1, scorings: 2 },
    },
  ]);
});
