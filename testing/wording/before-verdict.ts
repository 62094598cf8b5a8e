import type { Decision, Progress } from '../../app/decide/answer/decision.ts';
import type { DuplicateOf } from '../../app/decide/rules/duplicates.ts';
import type { Similar, Snapshot } from '../../app/model/snapshot.ts';
import { RECONSIDERED } from '../../core/formats/result.ts';
import { BLOB, NOW, sha } from '../examples/names.ts';
import { resultOf } from '../examples/result.ts';
import { head, overall, runState } from '../snapshot/head.ts';
import { queueEntry, snapshot } from '../snapshot/snapshot.ts';
import { type Chapter, decisionEntry } from './entry.ts';

type Undecided = Exclude<Decision['code'], 'verdict'>;
interface Example<C extends Undecided> {
  is: Omit<Extract<Decision, { code: C }>, 'code'>;
  at?: Snapshot;
}

const progress = (change: Partial<Progress> = {}): Progress => ({
  budgetSeconds: 60,
  losses: [],
  running: 1,
  several: false,
  confirming: false,
  frontier: null,
  ...change,
});

const queued = { before: 0, held: false, perAuthor: 3, begun: false, behind: false };

const tried: Similar = {
  kind: 'record',
  pull: 57,
  blob: sha('5'),
  track: 'cpu',
  verdict: 'regressed',
  valBpb: 2.5,
  incumbentBpb: 2,
  title: 'Fewer heads @grace',
  reason: 'worse',
  exception: null,
  decidedAt: NOW,
  part: 'diff',
  alike: 0.8,
};
const crashed: Similar = {
  ...tried,
  pull: 58,
  verdict: 'crashed',
  valBpb: null,
  reason: 'train.py ended with status 1',
  exception: 'AssertionError: heads must divide the width',
};
const timedOut: Similar = { ...crashed, pull: 59, verdict: 'timeout', exception: null };
const open: Similar = { kind: 'open', pull: 40, title: 'Fewer heads', part: 'hypothesis', alike: 0.62 };
const running = queueEntry(40, { running: [runState({ kind: 'pending' }).key] });

const of = (change: Partial<DuplicateOf> = {}): DuplicateOf => ({
  pull: 7,
  result: null,
  exact: true,
  open: false,
  ...change,
});

const incumbent = { pull: 7, blob: sha('7'), valBpb: 2 };
const fell = { verdict: 'invalid' as const, reason: { code: RECONSIDERED, text: 'a reason' } };
const beside = [resultOf({ track: 'small', incumbent }), resultOf({ track: 'h100', ...fell })].map(
  (result) => ({
    blob: BLOB,
    result,
  }),
);

const BORROWED = {
  ...{ schema: 1 as const, pull: 41, account: '#7', login: 'nova', track: 'cpu', file: BLOB },
  keep: 'weights' as const,
  runs: [
    {
      ...{ ordinal: 1, seed: 5, runId: 9, machine: 'owner1.desk', owner: 'owner1', ownerId: 12 },
      ...{ at: '2026-08-01T12:00:00.000Z', seconds: 600, outcome: 'borrowed' as const, gross: 600_000 },
      artifact: {
        ...{ repository: 'owner1/descent-machine', id: 3, expiresAt: '2026-08-08T12:00:00.000Z' },
        ...{
          archive: { sha256: 'a'.repeat(64), bytes: 5000 },
          file: { sha256: 'b'.repeat(64), bytes: 4000 },
        },
      },
    },
  ],
};

/** A code without an example does not compile. */
const EXAMPLES: { [C in Undecided]: Record<string, Example<C>> } = {
  stopped: {
    'the configuration is broken': {
      is: { what: '.github/descent.yml', problems: ['`capacity` is 0: too small', '`merge` is missing'] },
    },
  },
  'needs-work': {
    'one problem': { is: { problems: ['description: the description has no hypothesis'] } },
    'two problems': {
      is: { problems: ['`train/train.py` is empty', 'description: the description has no hypothesis'] },
    },
  },
  borrowing: {
    'some copies wait for a machine': {
      is: {
        terms: { seconds: 600, copies: 4, hold: { account: '#7', milli: 2_400_000 } },
        ...{ out: 2, waiting: 1, ended: 1 },
      },
    },
    'two wait': {
      is: {
        terms: { seconds: 600, copies: 2, hold: { account: '#7', milli: 1_200_000 } },
        ...{ out: 0, waiting: 2, ended: 0 },
      },
    },
  },
  'borrow-over': {
    'one of two came about': { is: { paid: BORROWED, failed: 1, why: 'owner1.desk is *gone*' } },
    'all came about': { is: { paid: BORROWED, failed: 0, why: null } },
    'nothing came about': { is: { paid: null, failed: 2, why: null } },
  },
  'needs-approval': {
    'a newcomer': { is: { lacks: ['a first reason of the configuration', 'a second one'] } },
  },
  duplicate: {
    'the same file, measured before': {
      is: { on: [{ track: 'cpu', of: of({ result: resultOf({ pull: 7 }) }) }] },
    },
    'the same program, which crashed': {
      is: {
        on: [
          {
            track: 'cpu',
            of: of({ exact: false, result: resultOf({ pull: 7, verdict: 'crashed', valBpb: null }) }),
          },
        ],
      },
    },
    'an older pull request is being measured': { is: { on: [{ track: 'cpu', of: of({ open: true }) }] } },
    'the incumbent, on one of two tracks': {
      is: {
        on: [
          { track: 'cpu', of: of({ pull: null }) },
          { track: 'small', of: of() },
        ],
      },
    },
  },
  withdrawn: {
    'a draft': { is: { state: 'draft' } },
    closed: { is: { state: 'closed' } },
    'merged by a person': { is: { state: 'merged' } },
  },
  'best-is-back': {
    'the bot merges': { is: { track: 'cpu', pull: 7, blob: BLOB, valBpb: 2, merge: true } },
    'a person merges, and it is the first file': {
      is: { track: 'cpu', pull: null, blob: BLOB, valBpb: 2, merge: false },
    },
  },
  'waits-for-first-incumbent': {
    'the only track': { is: { labels: ['self-hosted', 'descent-cpu'], others: [] } },
    'there are other tracks': { is: { labels: ['self-hosted', 'descent-cpu'], others: ['small', 'h100'] } },
    'all machines are lent': { is: { labels: [], others: [] } },
  },
  queued: {
    next: { is: queued },
    'one before it': { is: { ...queued, before: 1 } },
    'two before it, between its runs': { is: { ...queued, before: 2, begun: true } },
    "the author's others go first": { is: { ...queued, held: true } },
    'much like results and an open pull request': {
      is: { ...queued, behind: true },
      at: snapshot({}, { similar: [tried, crashed, timedOut, open] }),
    },
    'already decided on another track, and to be decided again on a third': {
      is: queued,
      at: snapshot({}, { results: beside }),
    },
    'it asks for a track that is gone': { is: queued, at: asking('cpu', 'gone') },
    'it asks for two tracks that are gone': { is: queued, at: asking('cpu', 'gone', 'lost') },
  },
  'waits-for-owners': {
    'before its first run has ended': { is: { reason: 'a reason', since: null } },
    'for a while': { is: { reason: 'a reason', since: NOW } },
  },
  'waits-for-machine': {
    'of one owner': { is: { reason: 'a reason', owners: ['ada'] } },
    'of several': { is: { reason: 'a reason', owners: ['ada', 'bob', 'cleo', 'dora', 'eve', 'fay', 'gus'] } },
  },
  measuring: {
    'one run decides': { is: { progress: progress() } },
    'several runs decide': { is: { progress: progress({ several: true, running: 2, losses: [1.5] }) } },
    confirming: {
      is: { progress: progress({ several: true, confirming: true, running: 4, losses: [1.5, 1.52] }) },
    },
    'on a track with a frontier': { is: { progress: progress({ several: true, frontier: 'own' }) } },
    'its change on a newer file': { is: { progress: progress({ several: true, frontier: 'composed' }) } },
    'its change on a newer file, after those before it': {
      is: { progress: progress({ several: true, frontier: 'composed', running: 0, losses: [1.5] }) },
    },
    'between two runs': { is: { progress: progress({ running: 0, losses: [1.5] }) } },
    'much like an earlier pull request that is measured': {
      is: { progress: progress() },
      at: snapshot({}, { similar: [open], queue: [running] }),
    },
  },
  'scoring-once-more': { '': { is: {} } },
  'swarm-failed': {
    'after one attempt': { is: { attempts: 1, why: 'a reason' } },
    'after several': { is: { attempts: 3, why: 'a reason' } },
  },
};

function asking(...tracks: string[]): Snapshot {
  const { description } = snapshot().pull;
  if (!description.ok) throw new Error('the example has a good description');
  return snapshot({
    description: { ok: true, value: { ...description.value, tracks } },
    heads: [head({ overall: overall('queued') })],
  });
}

export const beforeVerdict: Chapter = {
  title: 'Before a verdict',
  where: 'In the comment and in the check run `descent`.',
  entries: Object.entries(EXAMPLES).flatMap(([code, examples]) =>
    Object.entries(examples).map(([name, { is, at }]) =>
      decisionEntry(name, { code, ...is } as Decision, at ?? snapshot()),
    ),
  ),
};
