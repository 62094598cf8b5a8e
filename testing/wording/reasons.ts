import { LACKS, LENT, OWNERS } from '../../app/say/before-verdict.ts';
import { ANSWERS } from '../../app/say/command-reply.ts';
import { DECIDED, DISCOUNTED } from '../../app/say/result-reasons.ts';
import {
  collectedRun,
  GIVEN_UP,
  givenUpRun,
  NOT_SENT,
  orderedRun,
  REFUSED_BY_GITHUB,
  type RunSaid,
  waitingRun,
} from '../../app/say/run-check.ts';
import { type Reason, sayReason } from '../../core/formats/reason.ts';
import { jobOf } from '../examples/job.ts';
import { run } from '../examples/run.ts';
import { type Chapter, type Entry, textEntry } from './entry.ts';

/** One sentence for each code; a code without an example does not compile. */
type Said<T> = { [K in keyof T]: string[] };
const list = (name: string, said: Record<string, string[]>): Entry =>
  textEntry(
    name,
    Object.entries(said)
      .flatMap(([code, all]) => all.map((one) => `${code}: ${one}`))
      .join('\n'),
  );

const givenUp: Said<typeof GIVEN_UP> = {
  preempted: [GIVEN_UP.preempted('ada.desk')],
  disturbed: [GIVEN_UP.disturbed('ada.desk')],
  vanished: [GIVEN_UP.vanished('ada.desk')],
  untaken: [GIVEN_UP.untaken('ada')],
  notTaken: [GIVEN_UP.notTaken('ada.desk')],
  lost: [GIVEN_UP.lost],
  refused: [GIVEN_UP.refused('nonce', 'a reason')],
  pushedOver: [GIVEN_UP.pushedOver('a reason')],
  refuted: [GIVEN_UP.refuted],
  noTrack: [GIVEN_UP.noTrack('small')],
  blocked: [GIVEN_UP.blocked('ada.desk', 'cpu')],
  otherData: [GIVEN_UP.otherData('ada.desk', 'cpu', '111111111111', '222222222222')],
  otherVersion: [
    GIVEN_UP.otherVersion('python', 'ada.desk', 'cpu', '3.11', '3.12'),
    GIVEN_UP.otherVersion('torch', 'ada.desk', 'cpu', '2.10', '2.11'),
  ],
};
const discounted: Said<typeof DISCOUNTED> = {
  setAside: [DISCOUNTED.setAside],
  repeats: [DISCOUNTED.repeats],
  refuted: [DISCOUNTED.refuted],
  notKept: [DISCOUNTED.notKept],
  outlier: [DISCOUNTED.outlier('ada.desk')],
};
const decided: Said<typeof DECIDED> = {
  reconsidered: [DECIDED.reconsidered],
  frontierOff: [DECIDED.frontierOff],
  refuted: [DECIDED.refuted],
  unsettled: [DECIDED.unsettled],
  pushedOver: [DECIDED.pushedOver],
  withdrawn: [DECIDED.withdrawn('measured'), DECIDED.withdrawn('scored')],
};
const lacks: Said<typeof LACKS> = {
  merged: [LACKS.merged(1, 0), LACKS.merged(2, 1)],
  age: [LACKS.age(7)],
};
const owners: Said<typeof OWNERS> = {
  others: [OWNERS.others('the incumbent', ['ada']), OWNERS.others('it', ['ada', 'bob'])],
  ownerless: [OWNERS.ownerless(['`set-x`'], 0), OWNERS.ownerless(['`set-x`'], 2)],
};
const lent: Said<typeof LENT> = { noneFree: [LENT.noneFree] };
const answers: Said<typeof ANSWERS> = {
  malformed: [ANSWERS.malformed('/track NAME')],
  notYours: [ANSWERS.notYours('author'), ANSWERS.notYours('maintainer')],
  help: [ANSWERS.help],
  noFile: [ANSWERS.noFile],
  bidsOneself: [ANSWERS.bidsOneself],
  noAccount: [ANSWERS.noAccount],
  sponsors: [ANSWERS.sponsors(600)],
  sponsorsNoMore: [ANSWERS.sponsorsNoMore],
  tooManySponsors: [ANSWERS.tooManySponsors(3)],
  approvedBefore: [ANSWERS.approvedBefore],
  approved: [ANSWERS.approved],
  cancelled: [ANSWERS.cancelled],
  isClosed: [ANSWERS.isClosed('closed')],
  insightWaits: [ANSWERS.insightWaits],
  insightFull: [ANSWERS.insightFull],
  insightAdded: [ANSWERS.insightAdded],
  notReady: [ANSWERS.notReady],
  rerun: [ANSWERS.rerun],
  running: [ANSWERS.running],
  nothingToRerun: [ANSWERS.nothingToRerun],
  unknownTrack: [ANSWERS.unknownTrack(['cpu', 'small'])],
  trackTooLate: [ANSWERS.trackTooLate('merged', 'small')],
  trackBefore: [ANSWERS.trackBefore('small')],
  tooManyTracks: [ANSWERS.tooManyTracks(8)],
  trackAdded: [ANSWERS.trackAdded('small', ['cpu'])],
};

const pass = 'claims pass' as const;
const REFEREE: { [C in Reason['code']]: Omit<Extract<Reason, { code: C }>, 'code'> } = {
  'training-exception': { status: 1 },
  'training-over-budget': { budgetSeconds: 60, toleranceSeconds: 1 },
  'training-over-memory': { memoryMiB: 4096 },
  'training-out-of-memory': {},
  'training-killed': {},
  'training-filled-disk': {},
  'training-ended-by-referee': {},
  'weights-missing': {},
  'weights-empty': {},
  'weights-too-large': { bytes: 2000, limit: 1000 },
  'weights-unreadable': {},
  'weights-not-a-file': { kind: 'link' },
  'weights-shortened': {},
  'model-exception': { pass, status: 1 },
  'model-over-time': { pass },
  'load-over-time': { pass, limitSeconds: 10 },
  'answers-over-time': { pass, limitSeconds: 30 },
  'model-over-memory': { pass },
  'model-killed': { pass },
  'model-filled-disk': { pass },
  'answered-early': { pass },
  'answered-more': { pass },
  'answered-less': { pass },
  'closed-answers': { pass },
  diverged: { claim: 'NaN' },
  'claim-not-allowed': { claim: 0.5 },
  'logit-not-finite': { logit: 'Infinity' },
  'claim-far-off': { nats: 3.25, limit: 0.5 },
  'claims-off': { of: 'uniform', nats: 0.01, limit: 0.001 },
  'handed-over-wrong': { what: 'digest' },
  'input-wrong': { what: 'digest' },
  memorised: { gain: 0.5, heldoutGain: 0.1 },
  'taken-back': { phase: 'train' },
  'device-busy': { share: 0.6 },
  'device-shared': { programs: 1, memoryMiB: 3000 },
  'device-slowed': { share: 0.25, limit: 0.1 },
  'power-limit-changed': { least: 300, most: 450 },
  'processors-shared': { share: 0.3, limit: 0.1 },
};
const referee = Object.fromEntries(
  Object.entries(REFEREE).map(([code, numbers]) => [code, [sayReason({ code, ...numbers } as Reason)]]),
);

const runEntry = (name: string, { title, summary }: RunSaid): Entry => ({
  name,
  facts: [`title: "${title}"`],
  text: summary,
});
const STAGES = ['baseline', 'explore', 'confirm', 'audit', 'rescore'] as const;
const first = { attempt: 1, target: null, again: null };

export const runs: Chapter = {
  title: 'Check runs of runs',
  where: 'One for each run of a pull request.',
  entries: [
    ...STAGES.map((stage) => runEntry(`ordered: ${stage}`, orderedRun(jobOf({ stage }), first))),
    runEntry('ordered of one owner', orderedRun(jobOf(), { ...first, target: 'ada' })),
    runEntry('ordered of a lent machine', orderedRun(jobOf(), { ...first, lent: { name: 'ada.desk' } })),
    runEntry(
      'ordered again of a lent machine',
      orderedRun(jobOf(), { ...first, again: 'a reason', lent: { name: 'ada.desk' } }),
    ),
    runEntry('waiting for a machine', waitingRun('a reason')),
    runEntry('ordered again', orderedRun(jobOf(), { ...first, attempt: 2, again: 'a reason' })),
    runEntry('collected', collectedRun('explore', run(1.5))),
    runEntry('collected, and it failed', collectedRun('explore', run(null))),
    runEntry('scored once more', collectedRun('rescore', run(1.5))),
    runEntry('given up', givenUpRun('a reason')),
    runEntry('refused by GitHub', REFUSED_BY_GITHUB),
    list('reasons to give a run up, or to order it again', givenUp),
    textEntry('an order that could not be sent to a lent machine', NOT_SENT('ada.desk', 'Not Found')),
  ],
};

export const reasons: Chapter = {
  title: 'Reasons',
  where: 'Within the messages above, and in results.',
  entries: [
    list("the referee's", referee),
    list('why a run does not count', discounted),
    list('why a file was decided as it was', decided),
    list('what a newcomer lacks', lacks),
    list('what owners are missing', owners),
    list('why a run waits for a lent machine', lent),
    list('answers to commands', answers),
  ],
};
