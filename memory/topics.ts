import type { DatabaseSync } from 'node:sqlite';
import { WITHDRAWN } from '../core/formats/result.ts';
import { type Experiment, select } from './experiment.ts';
import { COMPOSED } from './near-miss.ts';
import { phrase } from './search.ts';

/** What is known, by part of the file: which changes worked, which could still work, which did not. */

export interface Topic {
  name: string;
  /** Experiments whose title or change mentions it, by verdict. */
  counts: Partial<Record<Experiment['verdict'], number>>;
  worked: Experiment[];
  /** On the frontier: guesses that are not certified. */
  adopted: Experiment[];
  open: Experiment[];
  failed: Experiment[];
  crashed: Experiment[];
}

/** Words of a title or a change that put an experiment under a topic; one may be under several. */
export const TOPICS: Record<string, string[]> = {
  'Batch and steps': ['batch', 'accumulation', 'steps', 'microbatch'],
  Optimizer: [
    'muon',
    'adam',
    'adamw',
    'momentum',
    'beta',
    'betas',
    'optimizer',
    'lion',
    'newton',
    'orthogonal',
    'clip',
  ],
  'Learning rate and schedule': [
    'lr',
    'rate',
    'schedule',
    'warmdown',
    'warmup',
    'warm',
    'cooldown',
    'cosine',
    'peak',
  ],
  Attention: ['attention', 'head', 'heads', 'window', 'rope', 'rotary', 'qk', 'kv', 'softmax'],
  Architecture: [
    'depth',
    'width',
    'layer',
    'layers',
    'residual',
    'skip',
    'embedding',
    'embeddings',
    'mlp',
    'norm',
    'ngram',
    'gate',
  ],
  'Activation and output': [
    'relu',
    'gelu',
    'swiglu',
    'activation',
    'softcap',
    'cap',
    'logit',
    'logits',
    'temperature',
  ],
  Regularisation: [
    'dropout',
    'weight decay',
    'regularisation',
    'regularization',
    'z loss',
    'smoothing',
    'ema',
    'average',
  ],
  Initialisation: ['init', 'initialisation', 'initialization', 'seed', 'zero'],
  'Data order': [
    'data',
    'order',
    'curriculum',
    'packing',
    'shuffle',
    'sequence',
    'length',
    'token',
    'tokens',
  ],
  'Speed and precision': [
    'compile',
    'bf16',
    'bfloat16',
    'fp8',
    'dtype',
    'precision',
    'kernel',
    'fused',
    'throughput',
    'flash',
  ],
};

export const TOPIC_NAMES = Object.keys(TOPICS);

/** @param each how many experiments of each kind */
export function topicsOf(store: DatabaseSync, track: string, each: number): Topic[] {
  return Object.entries(TOPICS)
    .map(([name, words]) => topic(store, track, name, words, each))
    .filter((one) => Object.keys(one.counts).length > 0);
}

function topic(store: DatabaseSync, track: string, name: string, words: string[], each: number): Topic {
  const query = `{title change} : (${words.map(phrase).join(' OR ')})`;
  const about = 'id IN (SELECT rowid FROM words WHERE words MATCH ?) AND track = ?';
  const of = (which: string, order: string) =>
    select(store, `WHERE ${about} AND ${which} ORDER BY ${order} LIMIT ?`, query, track, each);
  const counted = store.prepare(
    `SELECT verdict, count(*) AS n FROM experiments WHERE ${about} GROUP BY verdict`,
  );
  const gain = 'valBpb - baseBpb';
  // A loss that is larger than the largest gain the runs could hide is no promise, though it is not proven to be a loss.
  return {
    name,
    counts: Object.fromEntries(counted.all(query, track).map((row) => [row.verdict, Number(row.n)])),
    worked: of("verdict = 'improved'", gain),
    adopted: of("verdict = 'adopted'", gain),
    open: of(
      `verdict IN ('inconclusive', 'not-held') AND code <> '${COMPOSED}' AND (${gain} <= couldHide OR (couldHide IS NULL AND code <> '${WITHDRAWN}'))`,
      gain,
    ),
    failed: of(
      `(verdict = 'regressed' OR (verdict IN ('inconclusive', 'not-held') AND ${gain} > couldHide))`,
      `${gain} DESC`,
    ),
    crashed: of("verdict IN ('crashed', 'timeout', 'diverged')", 'decidedAt DESC'),
  };
}
