import { isDeepStrictEqual } from 'node:util';
import { misfit } from '../../../core/formats/hardware.ts';
import { heldoutNonce, type Job, jobSchema } from '../../../core/formats/job.ts';
import { voidBy } from '../../../core/formats/reason.ts';
import { isVoid, type Report, reportSchema } from '../../../core/formats/report.ts';
import { parseStrictJson } from '../../../core/formats/strict-json.ts';

/** Is this report the one we asked for? Every comparison has a name, which the refusal carries. */

export interface Refusal {
  check: string;
  why: string;
}
export type Judged<T> = { ok: true; value: T } | ({ ok: false } & Refusal);

export function refuse(check: string, why: string): { ok: false } & Refusal {
  return { ok: false, check, why };
}

/** The comparison that fails when another machine than the track's has measured. */
const OTHER_HARDWARE = 'hardware';

/** Clocks differ by a moment, and the last step of training may end a little late. */
const BUDGET_SLACK_SECONDS = 10;

export function judgeReport(text: string, job: Job): Judged<Report> {
  let value: unknown;
  try {
    value = parseStrictJson(text);
  } catch (error) {
    return refuse('json', `report.json is not strict JSON: ${(error as Error).message}`);
  }
  const parsed = reportSchema.safeParse(value);
  if (!parsed.success) {
    const issue = parsed.error.issues[0]!;
    return refuse(
      'schema',
      `report.json does not follow the schema at ${issue.path.join('.') || 'its root'}: ${issue.message}`,
    );
  }
  const report = parsed.data;
  for (const field of Object.keys(jobSchema.shape) as (keyof Job)[])
    if (!isDeepStrictEqual(report.job[field], job[field]))
      return refuse(
        field,
        `the report answers ${field} ${said(report.job[field])}, asked was ${said(job[field])}`,
      );
  return judgeRanges(report, job);
}

/** What the schema cannot say: how the parts of a report must agree with each other and with the order. */
function judgeRanges(report: Report, job: Job): Judged<Report> {
  const scored = report.outcome === 'scored';
  if (scored !== (report.valBpb !== null))
    return refuse(
      'loss',
      scored ? 'a scored run without a loss' : `a loss although the run ${report.outcome}`,
    );
  const empty = judgeVoid(report);
  if (!empty.ok) return empty;
  const apart = judgeBorrowed(report, job);
  if (!apart.ok) return apart;
  if (scored && report.reason !== null)
    return refuse('reason', 'the run was scored, and the report also says why it was not');
  if (!scored && report.heldoutBpb !== null)
    return refuse('loss', 'the report has a held-out loss and no loss');
  const heldout = heldoutNonce(job) !== undefined;
  if (scored && heldout !== (report.heldoutBpb !== null))
    return refuse(
      'heldout',
      heldout
        ? 'the job asked for held-out rows, the report has no held-out loss'
        : 'the report has a held-out loss, the job asked for none',
    );
  if (scored && report.digests.weights === null)
    return refuse('weights', 'the run was scored, and the report names no weights');
  if (scored && job.probes > 0 && (report.probes === null || report.probes.count < 1))
    return refuse('probes', `the job asked for ${job.probes} probes, the report has none`);
  if (scored && job.probes > 0 && heldout && report.probes?.heldoutPenaltyBpb === undefined)
    return refuse('probes', 'the job asked for held-out rows, the report has no probes of them');
  if (report.probes && report.probes.count !== job.probes)
    return refuse(
      'probes',
      `the order asked for ${job.probes} probes, the report has ${report.probes.count}`,
    );
  if (job.rescore && report.probes?.guided)
    return refuse('probes', 'handed-over weights are only probed at random, and the report says otherwise');
  if (scored && job.rescore && report.digests.weights !== job.rescore.weights.sha256)
    return refuse('weights', 'the weights that were scored are not the weights that were handed over');
  // A run may be taken back before the machine was asked what it is.
  const wrong = report.outcome === 'preempted' ? null : misfit(job.hardware, report.hardware);
  if (wrong !== null) return refuse(OTHER_HARDWARE, `the machine does not fit the track: ${wrong}`);
  if (report.sandbox === 'none') return refuse('sandbox', 'the run was measured without a sandbox');
  if (
    (scored || report.outcome === 'borrowed') &&
    report.timings.trainSeconds > job.budgetSeconds + BUDGET_SLACK_SECONDS
  )
    return refuse(
      'budget',
      `training took ${report.timings.trainSeconds} s of a budget of ${job.budgetSeconds} s`,
    );
  return { ok: true, value: report };
}

/** A run that counts for nothing says nothing of the file, and its reasons are its own: an owner must not choose after he saw the loss. */
function judgeVoid(report: Report): Judged<Report> {
  const { outcome, reason, digests } = report;
  const counts = !isVoid(outcome);
  if (reason !== null && voidBy(reason) !== (counts ? null : outcome))
    return refuse('reason', `the run was ${outcome}, and its reason is ${reason.code}`);
  if (counts && digests.data === null) return refuse('data', 'the report names no data set');
  if (counts) return { ok: true, value: report };
  const tells: [what: string, told: boolean][] = [
    ['probes', report.probes !== null],
    ['weights', digests.weights !== null || report.weightsBytes !== null],
    ['claims', digests.claims !== undefined || report.claimsBytes !== undefined],
    ['an outcome', report.borrowed !== undefined],
    ['a curve', report.curve.length > 0 || Object.keys(report.metrics).length > 0],
    ['a log', report.log !== ''],
  ];
  const told = tells.find(([, one]) => one);
  return told
    ? refuse('void', `the run was ${outcome} and counts for nothing, and the report has ${told[0]}`)
    : { ok: true, value: report };
}

/** What a borrower asked for is not scored, and what was measured for the record is nobody's. */
function judgeBorrowed(report: Report, { borrow }: Job): Judged<Report> {
  const { outcome, borrowed } = report;
  if (borrow ? outcome === 'scored' || outcome === 'diverged' : outcome === 'borrowed')
    return refuse('outcome', `the run was ${borrow ? '' : 'not '}borrowed, and the report says ${outcome}`);
  if ((outcome === 'borrowed') !== (borrowed !== undefined))
    return refuse(
      'outcome',
      borrowed ? `the run was ${outcome}, and the report has an outcome` : 'the report names no outcome',
    );
  const told = report.digests.weights !== null || report.curve.length > 0 || report.probes !== null;
  return borrow && told
    ? refuse('outcome', 'the report says more of a borrowed run than how it ended')
    : { ok: true, value: report };
}

function said(value: Job[keyof Job]): string {
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}
