import { createHash } from 'node:crypto';
import type { Event } from '../../core/formats/events.ts';
import type { Leaderboard } from '../../core/formats/leaderboard.ts';
import type { Verdict } from '../../core/formats/run.ts';
import { run } from '../../testing/examples/run.ts';
import { createRandom } from '../statistics/random.ts';
import type { Holder } from '../summary/record.ts';

/**
 * A made-up year of a swarm, as events: candidates in three modes that close in as the record falls, machines with offsets, audits, a
 * frontier, crashes. The same number of experiments gives the same history.
 */

export const TRACK = 'h100';
export const SIGMA = 0.001;
const START = Date.parse('2026-01-01T00:00:00Z');
const MINUTES = 5;
const WORDS = [
  'Muon momentum',
  'batch size',
  'warmdown',
  'logit softcap',
  'rope base',
  'weight decay',
  'depth',
];

export interface History {
  events: Event[];
  board: Leaderboard;
}

/** Before anything is measured. */
export const EMPTY: History = {
  events: [],
  board: { schema: 1, primary: TRACK, tracks: {}, owners: {} },
};

type Result = Extract<Event, { kind: 'result' }>;

export function historyOf(experiments: number): History {
  const random = createRandom(experiments);
  const machines = Array.from({ length: 40 }, (_, i) => ({
    owner: `owner-${i % 17}`,
    machine: `owner-${i % 17}.card-${i}`,
    offset: normal(random) * 0.3 * SIGMA,
  }));
  const at = (i: number) => new Date(START + i * MINUTES * 60_000).toISOString();
  const first = {
    at: at(0),
    pull: null,
    blob: hash('first'),
    valBpb: 1,
    author: null,
    title: 'the beginning',
  };
  const holders: Holder[] = [first];
  const events: Event[] = [{ kind: 'record', track: TRACK, ...first, blob: first.blob.slice(0, 12) }];
  const seen = new Set<string>();
  const counts: Partial<Record<Verdict, number>> = {};
  const chain: number[] = [];
  for (let i = 1; i <= experiments; i += 1) {
    const best = holders.at(-1)!.valBpb;
    const late = i / experiments;
    const [mode, width] = pick(random, [
      [0.5 + holders.length / 30, 2],
      [6 - 4 * late, 1],
      [18 - 10 * late, 2],
    ] as const);
    const truth = (mode + normal(random) * width) * SIGMA;
    const failed =
      random() < 0.09 ? pick(random, ['crashed', 'timeout', 'diverged', 'invalid'] as const) : null;
    const improved = failed === null && truth < -3.4 * SIGMA;
    const many = improved || random() < 0.1;
    const runs: Result['runs'] = Array.from({ length: failed ? 1 : many ? 5 : 1 }, (_, n) => {
      const { owner, machine, offset } = pick(random, machines);
      const loss = failed ? null : round(best + truth + offset + normal(random) * SIGMA);
      if (!seen.has(machine)) {
        seen.add(machine);
        events.push({ kind: 'machine', at: at(i), track: TRACK, machine, owner });
      }
      const outcome = failed ?? 'scored';
      return [
        n === 0 ? 'explore' : 'confirm',
        owner,
        machine,
        outcome,
        loss,
        300 + Math.floor(random() * 60),
      ];
    });
    const losses = runs.flatMap(([, , , , loss]) => loss ?? []);
    const valBpb = failed ? null : round(losses.reduce((a, b) => a + b, 0) / losses.length);
    const effect = valBpb === null ? null : round(best - valBpb);
    const verdict: Verdict =
      failed ??
      (improved ? 'improved' : effect! > 0 ? (random() < 0.05 ? 'adopted' : 'inconclusive') : 'regressed');
    counts[verdict] = (counts[verdict] ?? 0) + 1;
    const author = `agent-${Math.floor(random() ** 2 * 300)}`;
    const blob = hash(`file ${i}`);
    const name = { at: at(i), pull: i, blob: blob.slice(0, 12), track: TRACK };
    const title = `${pick(random, WORDS)} ${Math.floor(random() * 90)}`;
    events.push({
      kind: 'result',
      ...name,
      verdict,
      code: `${verdict}-made-up`,
      valBpb,
      heldoutBpb: improved ? round(valBpb! + 0.002 + normal(random) * 0.0003) : null,
      incumbent: best,
      effect,
      standardError: effect === null ? null : round(SIGMA * Math.sqrt(1 / runs.length + 1 / 16)),
      title,
      author,
      agent: random() < 0.5 ? `nova-${i % 7}` : null,
      expect: random() < 0.6 ? round(truth * 0.3 - Math.abs(normal(random)) * 0.004) : null,
      buildsOn:
        i > 10 && random() < 0.3 ? parentsOf(1 + Math.floor(random() * (i - 1)), improved, holders) : [],
      runs,
    });
    if (failed === null && random() < 0.03) {
      const outcome = pick(random, [
        'agreed',
        'agreed',
        'agreed',
        'agreed',
        'agreed',
        'unsettled',
        'outlier',
      ] as const);
      const machine = runs[0]![2];
      events.push({
        kind: 'audit',
        ...name,
        machine,
        outcome,
        outlier: outcome === 'outlier' ? machine : null,
      });
    }
    if (verdict === 'adopted') {
      chain.push(i);
      events.push({ kind: 'adopted', ...name, gain: Math.max(0, effect!), loss: valBpb! });
    }
    if (chain.length >= 4) {
      events.push({ kind: random() < 0.7 ? 'certified' : 'refuted', ...name, pulls: chain.splice(0) });
    }
    if (improved) {
      holders.push({ at: at(i), pull: i, blob, valBpb: valBpb!, author, title });
      events.push({ kind: 'record', ...name, valBpb: valBpb!, author, title });
    }
  }
  const holder = holders.at(-1)!;
  const runs = Array.from({ length: 16 }, (_, i) => {
    const { owner, machine, offset } = machines[i % 5]!;
    return run(round(holder.valBpb + offset + normal(random) * SIGMA), {
      stage: 'baseline',
      owner,
      machine,
      seed: i,
      runId: i + 1,
    });
  });
  const kept = holders.map((one) => ({ ...one, heldoutBpb: null }));
  const tracks: Leaderboard['tracks'] = {
    [TRACK]: {
      ...{ incumbent: kept.at(-1)!, runs, distribution: null, others: [], sinceIncumbent: 0, machines: {} },
      ...{ audits: [], reconsider: [], notice: null, counts },
      history: [kept[0]!, ...kept.slice(1).slice(-50)],
    },
  };
  const owners = Object.fromEntries(
    Array.from({ length: 17 }, (_, i) => [`owner-${i}`, { runs: experiments, seconds: experiments * 20 }]),
  );
  return { events, board: { schema: 1, primary: TRACK, tracks, owners } };
}

/** Who improves builds on the last records as well. */
function parentsOf(other: number, improved: boolean, holders: Holder[]): number[] {
  const records = holders.flatMap(({ pull }) => pull ?? []);
  return [...new Set([other, ...(improved ? [records.at(-1), records.at(-3)] : [])])].filter(
    (pull) => pull !== undefined,
  );
}

function normal(random: () => number): number {
  return Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
}

function pick<T>(random: () => number, from: readonly T[]): T {
  return from[Math.floor(random() * from.length)]!;
}

function hash(text: string): string {
  return createHash('sha1').update(text).digest('hex');
}

function round(value: number): number {
  return Number(value.toFixed(6));
}
