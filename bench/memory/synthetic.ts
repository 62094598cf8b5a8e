import { createHash } from 'node:crypto';
import type { Event } from '../../core/formats/events.ts';
import type { Leaderboard } from '../../core/formats/leaderboard.ts';
import type { ExperimentResult } from '../../core/formats/result.ts';
import type { RunResult, Verdict } from '../../core/formats/run.ts';
import { eventsBetween } from '../../core/rules/events.ts';
import { resultOf } from '../../testing/examples/result.ts';
import { prose, TOPICS } from './words.ts';

/** A made-up history of the size that a busy year leaves behind. The same number gives the same experiment, always. */

const VERDICT_SHARES: [Verdict, number][] = [
  ['regressed', 0.61],
  ['inconclusive', 0.2],
  ['crashed', 0.08],
  ['timeout', 0.03],
  ['duplicate', 0.03],
  ['invalid', 0.02],
  ['adopted', 0.005],
  ['not-held', 0.005],
  ['improved', 1],
];
const START = Date.parse('2026-01-01T00:00:00Z');

/** The first file and the record the history ends with. */
const FIRST_BLOB = sha('first');

/** Experiment `number` of the history, which is also the number of its pull request. */
export function syntheticResult(number: number): ExperimentResult {
  const random = generator(number);
  const verdict = draw(random, VERDICT_SHARES);
  const [topic, names, phrases] = pick(random, TOPICS);
  const name = pick(random, names);
  const [from, to] = [2 ** Math.floor(random() * 12), Number((random() * 10).toPrecision(3))];
  const incumbentBpb = 1 - 0.04 * Math.min(1, number / 100_000);
  const onFrontier = verdict === 'adopted' || verdict === 'not-held';
  const measured = onFrontier || ['improved', 'regressed', 'inconclusive'].includes(verdict);
  const effect =
    verdict === 'improved' || onFrontier
      ? -0.003
      : verdict === 'inconclusive'
        ? (random() - 0.6) * 0.002
        : random() * 0.02;
  const valBpb = measured ? round(incumbentBpb + effect) : null;
  const at = new Date(START + number * 300_000).toISOString();
  const author = `agent-${Math.floor(random() ** 2 * 400)}`;
  const runs = Array.from({ length: verdict === 'improved' ? 8 : 1 }, (_, i) =>
    run(random, at, i + 1, valBpb),
  );
  const crash = `Traceback (most recent call last):\n  File "train.py", line ${100 + (number % 500)}, in train\nRuntimeError: shape of ${name} is wrong`;
  return resultOf({
    pull: number,
    author,
    head: sha(`head ${number}`),
    blob: sha(`blob ${number}`),
    track: 'h100',
    verdict,
    reason: {
      code: `${verdict}-margin`,
      text: `${verdict} against the incumbent's ${incumbentBpb.toFixed(4)}.`,
    },
    valBpb,
    incumbent: { pull: null, blob: FIRST_BLOB, valBpb: round(incumbentBpb) },
    ...(onFrontier && { base: { pull: null, blob: FIRST_BLOB, valBpb: round(incumbentBpb - 0.001) } }),
    runs,
    curve: Array.from({ length: 60 }, (_, i) => ({
      step: i * 16,
      seconds: i * 5,
      loss: round(9 / (1 + i) + random() / 10),
    })),
    decidedAt: at,
    diff: diff(random, name, from, to),
    authorText: {
      untrusted: true,
      title: `${topic}: ${name} ${from} to ${to}`,
      hypothesis:
        `Changing ${name} from ${from} to ${to} should help the ${topic}: ${pick(random, phrases)} and ${pick(random, phrases)}, ` +
        `because ${prose(random, 25)}. If so, ${prose(random, 15)}.`,
      change: `${name} ${from} -> ${to}`,
      expect: round(-random() * 0.01),
      buildsOn: number > 10 && random() < 0.4 ? [1 + Math.floor(random() * (number - 1))] : [],
      agent: author,
      log: verdict === 'crashed' ? crash : null,
    },
    insights:
      random() < 0.1
        ? [
            {
              untrusted: true,
              author,
              at,
              text: `${name} matters less than ${pick(random, phrases)}; ${prose(random, 12)}`,
            },
          ]
        : [],
  });
}

const BOARD = syntheticLeaderboard(1);

/** What the bot tells of a result when it writes it. */
export function syntheticEvents(now: ExperimentResult): Event[] {
  return eventsBetween({ before: BOARD, after: BOARD }, [{ now, before: null }]);
}

export function syntheticLeaderboard(experiments: number): Leaderboard {
  const holder = {
    pull: null,
    author: null,
    title: 'The file the repository began with',
    blob: FIRST_BLOB,
    valBpb: 1,
    heldoutBpb: null,
    at: new Date(START).toISOString(),
  };
  const random = generator(0);
  const runs = Array.from({ length: 16 }, (_, i) => run(random, holder.at, i + 1, 1));
  return {
    schema: 1,
    primary: 'h100',
    tracks: {
      h100: {
        incumbent: holder,
        runs,
        distribution: null,
        others: [],
        sinceIncumbent: 0,
        machines: {},
        audits: [],
        reconsider: [],
        notice: null,
        history: [holder],
        counts: { regressed: experiments },
      },
    },
    owners: { 'owner-1': { runs: experiments, seconds: experiments * 300 } },
  };
}

function run(random: () => number, at: string, ordinal: number, valBpb: number | null): RunResult {
  return {
    stage: ordinal > 4 ? 'confirm' : 'explore',
    ordinal,
    seed: Math.floor(random() * 2 ** 31),
    owner: `owner-${Math.floor(random() * 50)}`,
    machine: `machine-${Math.floor(random() * 80)}`,
    runId: Math.floor(random() * 1e9),
    at,
    outcome: valBpb === null ? 'crashed' : 'scored',
    valBpb: valBpb === null ? null : round(valBpb + (random() - 0.5) * 0.002),
    heldoutBpb: null,
    trainSeconds: 300,
    totalSeconds: 340,
    device: 'NVIDIA H100 80GB HBM3',
    torch: '2.11.0',
  };
}

function diff(random: () => number, name: string, from: number, to: number): string {
  const lines = [`-${name} = ${from}`, `+${name} = ${to}`];
  const more = Math.floor(random() ** 2 * 30);
  for (let i = 0; i < more; i += 1)
    lines.push(
      `${pick(random, ['+', '-', ' '])}    ${prose(random, 1)} = ${prose(random, 1)}(${prose(random, 1)}, ${round(random())})`,
    );
  return `--- a/train/train.py\n+++ b/train/train.py\n@@ -${from},9 +${from},9 @@ def ${prose(random, 1)}(task):\n${lines.join('\n')}\n`;
}

/** A small seeded generator (mulberry32), numbers in [0, 1). */
function generator(seed: number): () => number {
  let state = (seed * 2_654_435_761) >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

function draw(random: () => number, shares: [Verdict, number][]): Verdict {
  let at = random();
  for (const [verdict, share] of shares) {
    at -= share;
    if (at < 0) return verdict;
  }
  return 'improved';
}

function pick<T>(random: () => number, from: T[]): T {
  return from[Math.floor(random() * from.length)]!;
}

function sha(text: string): string {
  return createHash('sha1').update(text).digest('hex');
}

function round(value: number): number {
  return Number(value.toFixed(6));
}
