import type { Outcome } from '../../app/decide/results/outcome.ts';
import type { TrackProgress } from '../../app/decide/rules/progress.ts';
import type { Audit, ExperimentResult, RecordedEvidence, Rescore } from '../../core/formats/result.ts';
import { GAIN_WITHDRAWN } from '../../core/formats/result.ts';
import { UNSAID, type Verdict } from '../../core/formats/run.ts';
import { MAIN_BLOB, sha } from '../examples/names.ts';
import { resultOf } from '../examples/result.ts';
import { run } from '../examples/run.ts';
import { head, overall } from '../snapshot/head.ts';
import { snapshot } from '../snapshot/snapshot.ts';
import { type Chapter, decisionEntry, type Entry } from './entry.ts';

const incumbent = { pull: 7, blob: sha('7'), valBpb: 2 };
const better = resultOf({
  verdict: 'improved',
  valBpb: 1.5,
  incumbent,
  reason: { code: 'beats-margin', text: 'a reason' },
  runs: [run(1.5)],
});
const failed = (verdict: Verdict, text: string) =>
  resultOf({
    verdict,
    valBpb: null,
    incumbent,
    reason: { code: 'a-code', text },
    runs: [run(null)],
    authorText: { ...better.authorText, log: 'Traceback\nValueError: `heads`' },
  });

const onFrontier = (verdict: Verdict) =>
  resultOf({
    verdict,
    valBpb: 1.95,
    incumbent,
    base: { pull: 8, blob: sha('8'), valBpb: 1.97 },
    ...(verdict === 'not-held' && { chain: { pulls: [8, 41], head: { pull: 41, blob: sha('4') } } }),
    reason: { code: verdict, text: 'a reason' },
    runs: [run(1.95)],
  });

/** A verdict without an example does not compile. */
const VERDICTS: Record<Verdict, ExperimentResult> = {
  improved: better,
  regressed: resultOf({ incumbent: { ...incumbent, pull: null } }),
  inconclusive: resultOf({ verdict: 'inconclusive', valBpb: 1.95, incumbent, runs: [run(1.95)] }),
  crashed: failed('crashed', UNSAID.exception),
  timeout: failed('timeout', UNSAID['over-budget']),
  diverged: failed('diverged', UNSAID.diverged),
  invalid: failed('invalid', UNSAID['refused-by-referee']),
  duplicate: failed('duplicate', 'a reason'),
  adopted: onFrontier('adopted'),
  'not-held': onFrontier('not-held'),
};

/** What becomes of the file, each with a verdict that leads there; a consequence without an example does not compile. */
const CONSEQUENCES: Record<Outcome['consequence'], Record<string, Partial<Outcome>>> = {
  merged: {
    'at once': {},
    'after main had moved': { stale: true },
    'without the commits of its branch': { apart: true },
    'on another track than the primary one': { result: { ...better, track: 'small' } },
    'and an earlier head has a verdict': {
      earlier: [head({ oid: sha('9'), overall: overall('verdict') })],
    },
  },
  overtaken: { 'by a later gain': {} },
  ready: { 'for a person to merge': {} },
  adopted: {
    'onto the frontier': { result: VERDICTS.adopted },
    'onto the frontier of another track': { result: { ...VERDICTS.adopted, track: 'small' } },
    'at the head of a chain that waits for owners': { result: VERDICTS.adopted, lacksOwners: true },
  },
  chain: {
    'that was certified': {
      result: { ...better, chain: { pulls: [8, 41], head: { pull: 41, blob: sha('4') } } },
    },
  },
  closed: { 'with its result': { result: VERDICTS.regressed } },
  kept: { 'for its other tracks': { result: VERDICTS.regressed } },
  'was-closed': {
    'and improved': {},
    'and did not improve': { result: VERDICTS.regressed },
    'and would have been adopted': { result: gainWithdrawn() },
  },
  'hand-merged': {
    'and improved': {},
    'and main is worse now': { result: { ...VERDICTS.regressed, blob: MAIN_BLOB, incumbent } },
  },
  'was-draft': {
    'and improved': {},
    'and did not improve': { result: VERDICTS.regressed },
    'and would have been adopted': { result: gainWithdrawn() },
  },
  'other-base': { 'than main': {} },
  'too-few-runs': { 'to compare it with the current record': {} },
  'no-track': { 'of this name any more': {} },
  superseded: { 'by a push': { result: VERDICTS.regressed } },
};

const evidence: RecordedEvidence = {
  code: 'confirmed',
  sigma: 0.1,
  degrees: 6,
  candidateRuns: 4,
  incumbentRuns: 4,
  owners: 2,
  effect: { estimate: 0.5, standardError: 0.07, low: 0.33, high: 0.67 },
  couldHide: 0,
  moreRuns: null,
  singleOwner: false,
  incumbentLosses: [2.02, 1.98],
};
const distribution = {
  count: 5,
  mean: 1.5,
  median: 1.5,
  standardDeviation: 0.02,
  p1: 1.47,
  p5: 1.48,
  p95: 1.52,
  p99: 1.53,
  residuals: [],
  colours: ['none', 'yellow', 'red'] as ('none' | 'yellow' | 'red')[],
};
const runs = [
  run(1.5),
  run(1.55, { stage: 'confirm', owner: 'bob', machine: 'bob.lab', runId: 101 }),
  run(1.6, { stage: 'confirm', ordinal: 2, owner: 'eve', machine: 'eve.box', runId: 102 }),
];
const several = { ...better, evidence, distribution, heldoutBpb: 1.51, runs };

const audit = (outcome: Audit['outcome'], change: Partial<Audit> = {}): Audit => ({
  of: 100,
  why: 'probation',
  runs:
    outcome === 'open' || outcome === 'given-up' ? [] : [run(1.5, { stage: 'audit', machine: 'bob.lab' })],
  outcome,
  outlier: outcome === 'outlier' ? 'ada.desk' : null,
  ...change,
});
/** An ending without an example does not compile, nor does a cause. */
const AUDITS: Record<Audit['outcome'], Audit> = {
  open: audit('open'),
  agreed: audit('agreed'),
  outlier: audit('outlier'),
  unsettled: audit('unsettled', { runs: [run(null, { stage: 'audit', machine: 'bob.lab' })] }),
  'given-up': audit('given-up', { of: 999 }),
};
const CAUSES: Record<Audit['why'], Audit> = {
  probation: audit('open'),
  share: audit('open', { why: 'share' }),
  colour: audit('open', { why: 'colour' }),
  scoring: audit('open', { why: 'scoring' }),
  equal: audit('open', { why: 'equal' }),
};

const scored = run(1.5, {
  stage: 'rescore',
  machine: 'bob.lab',
  probes: { count: 10, guided: false, penaltyBpb: 0 },
});
const rescore = (outcome: Rescore['outcome'], of = 100): Rescore => ({
  ...{ of, weights: '1'.repeat(64), claims: '2'.repeat(64), runs: [scored], outcome },
});
const RESCORES: Record<Rescore['outcome'], Rescore> = {
  agreed: rescore('agreed'),
  refuted: rescore('refuted'),
  unsettled: rescore('unsettled', 999),
  'single-owner': rescore('single-owner'),
};

/** Main carries a worse file than the best. */
const at = snapshot(
  {},
  { main: { ...snapshot().main, train: { ...snapshot().pull.file!, oid: MAIN_BLOB } } },
);
const none: TrackProgress = { own: [], elsewhere: [], begun: null, ahead: [] };
const onSmall = { ...VERDICTS.regressed, track: 'small', decidedAt: '2026-11-23T13:00:00.000Z' };
const of = { pull: 7, result: null, exact: true, open: false };

const said = (result: Partial<ExperimentResult>, base = better): Partial<Outcome> => ({
  result: { ...base, ...result },
});
const ruled = (verdict: Verdict, code: string): Partial<Outcome> => {
  const effect = { estimate: -0.5, standardError: 0.07, low: -0.67, high: -0.33 };
  const base = { ...several, verdict, reason: { code, text: 'A reason.' } };
  return { ...said({ evidence: { ...evidence, code, effect } }, base), consequence: 'closed' };
};
/** Parts that a message has only at times. */
const PARTS: Record<string, { outcomes: Partial<Outcome>[]; tracks?: Partial<TrackProgress> }> = {
  'several runs decided': { outcomes: [said({}, several)] },
  'all runs count': { outcomes: [said({ evidence: { ...evidence, candidateRuns: 5 } }, several)] },
  'several runs decided, and it did not improve': { outcomes: [ruled('regressed', 'worse')] },
  'several runs decided nothing': { outcomes: [ruled('inconclusive', 'undecided')] },
  'several runs decided that it is no model': { outcomes: [ruled('invalid', 'pinned-seed')] },
  'several runs, one owner': { outcomes: [said({ evidence: { ...evidence, singleOwner: true } }, several)] },
  'every ending of an audit': { outcomes: [said({ audits: Object.values(AUDITS) })] },
  'every cause of an audit': { outcomes: [said({ audits: Object.values(CAUSES) })] },
  'a run does not count': { outcomes: [said({ runs: [{ ...run(1.5), discounted: 'a reason' }] })] },
  'scored once more': { outcomes: [said({ rescores: Object.values(RESCORES) })] },
  'its change on a newer file': {
    outcomes: [{ result: { ...VERDICTS.adopted, composedFrom: sha('6') }, consequence: 'adopted' }],
  },
  "its change on main's first file": {
    outcomes: [
      {
        result: {
          ...VERDICTS.adopted,
          composedFrom: sha('6'),
          base: { pull: null, blob: sha('8'), valBpb: 1.97 },
        },
        consequence: 'adopted',
      },
    ],
  },
  'a conflict with what was adopted since': {
    outcomes: [{ result: conflicting([8, 9]), consequence: 'closed' }],
  },
  'a conflict with nobody knows what': {
    outcomes: [{ result: conflicting([]), consequence: 'closed' }],
  },
  'two tracks': { outcomes: [said({}), { result: onSmall, consequence: 'kept' }] },
  'two tracks, one with a failure': {
    outcomes: [
      said({ track: 'small', decidedAt: '2026-11-23T11:00:00.000Z' }, VERDICTS.crashed),
      said({ audits: [AUDITS.open] }),
    ],
  },
  'two tracks with audits': {
    outcomes: [said({ audits: [AUDITS.open] }), { result: { ...onSmall, audits: [AUDITS.open] } }],
  },
  'more tracks than it was measured on': { outcomes: [said({})], tracks: { ahead: ['small', 'h100'] } },
  'tracks where somebody else is the answer': {
    outcomes: [said({})],
    tracks: {
      elsewhere: [
        { track: 'a', of: { ...of, result: resultOf({ pull: 7 }) } },
        { track: 'b', of: { ...of, exact: false, open: true } },
        { track: 'c', of: { ...of, pull: null } },
      ],
    },
  },
};

function gainWithdrawn(): ExperimentResult {
  return { ...VERDICTS.inconclusive, reason: { code: GAIN_WITHDRAWN, text: 'a reason' } };
}

function conflicting(since: number[]): ExperimentResult {
  const place = { line: 3, before: ['rate = 1'], theirs: ['rate = 0.1  # ```'], ours: ['rate = 2  # @nova'] };
  return { ...VERDICTS.inconclusive, conflict: { onto: sha('8'), since, places: [place] } };
}

function verdictEntry(
  name: string,
  outcomes: Partial<Outcome>[],
  tracks: Partial<TrackProgress> = {},
): Entry {
  const full = outcomes.map(
    (one): Outcome => ({ result: better, consequence: 'merged', stale: false, earlier: [], ...one }),
  );
  const close = full.some(({ consequence }) => consequence === 'closed');
  const decision = { code: 'verdict' as const, outcomes: full, tracks: { ...none, ...tracks }, close };
  return decisionEntry(name, decision, at);
}

/** What it has more than the message of its verdict alone. */
function beyondVerdict(entry: Entry, result: ExperimentResult, consequence: Outcome['consequence']): Entry {
  const plain = verdictEntry('', [{ result: VERDICTS[result.verdict], consequence }]);
  const known = new Set(plain.text.split('\n\n'));
  const fresh = entry.text.split('\n\n').filter((part) => !known.has(part));
  return { ...entry, text: fresh.join('\n\n') };
}

const consequences = Object.entries(CONSEQUENCES).flatMap(([consequence, examples]) =>
  Object.entries(examples).map(([name, change]) => {
    const outcome = { consequence: consequence as Outcome['consequence'], ...change };
    return beyondVerdict(
      verdictEntry(`${consequence} ${name}`, [outcome]),
      change.result ?? better,
      consequence === 'merged' ? 'closed' : 'merged',
    );
  }),
);

const parts = Object.entries(PARTS).map(([name, { outcomes, tracks }]) => {
  const entry = verdictEntry(name, outcomes, tracks);
  return outcomes.length > 1 ? entry : beyondVerdict(entry, outcomes[0]!.result!, 'merged');
});

export const verdicts: Chapter = {
  title: 'Verdicts',
  where: 'In the comment and in the check run `descent`, whole.',
  entries: Object.entries(VERDICTS).map(([verdict, result]) =>
    verdictEntry(verdict, [{ result, consequence: verdict === 'improved' ? 'merged' : 'closed' }]),
  ),
};

export const verdictParts: Chapter = {
  title: 'Parts of verdicts',
  where:
    'In the comment and in the check run `descent`: what such a verdict says beside the text of its kind.',
  entries: [...consequences, ...parts],
};
