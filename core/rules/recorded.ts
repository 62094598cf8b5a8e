import { type Reason, reason } from '../formats/reasons.ts';
import type { Audit, ExperimentResult, RecordedEvidence, Rescore } from '../formats/result.ts';
import type { RunResult } from '../formats/run.ts';
import { bpb, signed } from '../text/loss.ts';
import { count, pullNames } from '../text/plural.ts';

/**
 * Why a verdict was what it was, as its result tells it: a tree like the one that the check run of a pull request holds. Every number
 * is the result's own; only the ratio of two of them, estimate and standard error, is formed here.
 */
export function recordedReasons(result: ExperimentResult): Reason {
  const { verdict, track, reason: why, evidence, audits, rescores } = result;
  return reason('verdict', 'decided', verdict, `${track}: ${why.text}`, [
    runsCounted(result),
    ...comparedWith(result),
    ...(evidence ? [gainSeen(evidence, verdict), ...ownersSeen(evidence), ...guidedSeen(result)] : []),
    ...rescores.map(rescored),
    ...chainSeen(result),
    ...(audits.length > 0 ? [auditsSeen(audits)] : []),
  ]);
}

function runsCounted({ runs, evidence }: ExperimentResult): Reason {
  const left = runs.filter(({ discounted }) => discounted !== undefined).length;
  const owners = new Set(runs.map(({ owner }) => owner)).size;
  const counted = evidence ? `; the verdict counts ${evidence.candidateRuns}` : '';
  const without = left > 0 ? `; ${left} of an outlier's machine left out` : '';
  const saw = `${count(runs.length, 'run')} on machines of ${count(owners, 'owner')}${counted}${without}`;
  return reason('runs', 'passed', left > 0 ? 'left-out' : 'all', saw, runs.map(runSeen));
}

function runSeen({ stage, ordinal, valBpb, outcome, owner, machine, discounted }: RunResult): Reason {
  const loss = valBpb === null ? outcome : bpb(valBpb);
  const saw = `${stage} ${ordinal}: ${loss} by ${owner} on ${machine}`;
  return discounted === undefined
    ? reason('run', 'passed', outcome, saw)
    : reason('run', 'refused', 'discounted', `${saw}; it does not count: ${discounted}`);
}

function comparedWith({ incumbent, base, composedFrom, evidence }: ExperimentResult): Reason[] {
  const named = (one: { pull: number | null; valBpb: number }) =>
    `${one.pull === null ? 'the first file' : `#${one.pull}`} at ${bpb(one.valBpb)}`;
  const onto = composedFrom === undefined ? 'it was changed from' : 'its change was put onto';
  return [
    ...(incumbent
      ? [
          reason(
            'incumbent-runs',
            'passed',
            'compared',
            `the record of then: ${named(incumbent)}${evidence ? `, ${count(evidence.incumbentRuns, 'run')}` : ''}`,
          ),
        ]
      : []),
    ...(base ? [reason('frontier', 'passed', 'base', `${onto} ${named(base)}, as it was expected`)] : []),
  ];
}

function gainSeen(evidence: RecordedEvidence, verdict: ExperimentResult['verdict']): Reason {
  const { effect, sigma, degrees, couldHide, moreRuns, code } = evidence;
  const z =
    effect.standardError > 0
      ? `, ${(effect.estimate / effect.standardError).toFixed(2)} times its standard error`
      : '';
  const saw = [
    `${signed(effect.estimate)} (better is positive) with a standard error of ${bpb(effect.standardError)}${z}`,
    `95 %: ${signed(effect.low)} to ${signed(effect.high)}`,
    `one run spreads by ${sigma.toFixed(5)} (${degrees.toFixed(0)} degrees of freedom)`,
    couldHide > 0 && `a gain of up to ${bpb(couldHide)} could still hide`,
    moreRuns !== null && `${count(moreRuns, 'further run')} could change the verdict`,
  ].filter(Boolean);
  const passed = verdict === 'improved' || verdict === 'adopted';
  return reason('gain', passed ? 'passed' : 'refused', codeOf(code), saw.join('; '));
}

function ownersSeen({ code, owners, singleOwner }: RecordedEvidence): Reason[] {
  if (singleOwner)
    return [reason('no-owner-alone', 'passed', 'single-owner', 'no other owner had a machine')];
  if (code === 'leans-on-one-owner')
    return [reason('no-owner-alone', 'refused', code, "without one owner's machines the gain is not shown")];
  return code === 'confirmed'
    ? [reason('no-owner-alone', 'passed', 'stands', `the gain stands without any one of ${owners} owners`)]
    : [];
}

function guidedSeen({ runs, evidence }: ExperimentResult): Reason[] {
  const probed = runs.filter(({ probes }) => probes !== undefined);
  if (probed.length === 0) return [];
  const guided = probed.filter(({ probes }) => probes!.guided).length;
  const saw = `${guided} of ${count(probed.length, 'run')} knew the incumbent’s answers`;
  return evidence?.code === 'unguided'
    ? [reason('guided', 'refused', 'unguided', `${saw}: too few`)]
    : [reason('guided', 'passed', 'enough', saw)];
}

function rescored({ of, outcome, runs }: Rescore): Reason {
  const words = {
    agreed: "weights scored once more on another owner's machine: the same loss",
    refuted: "weights scored once more on another owner's machine: another loss",
    unsettled: 'weights scored once more: no two machines agree',
    'single-owner': 'weights not scored once more: no other owner had a machine',
  }[outcome];
  const said = outcome === 'refuted' || outcome === 'unsettled' ? 'refused' : 'passed';
  return reason('certificate', said, outcome, `run ${of}: ${words}`, runs.map(runSeen));
}

function chainSeen({ chain, verdict }: ExperimentResult): Reason[] {
  if (!chain) return [];
  const end = verdict === 'improved' ? 'certified' : 'refuted';
  const saw = `${pullNames(chain.pulls)} were measured together by fresh runs of #${chain.head.pull}`;
  return [reason('chain', 'decided', end, saw)];
}

function auditsSeen(audits: readonly Audit[]): Reason {
  const each = audits.map(({ of, why, outcome, outlier, runs }) => {
    const alone = outlier === null ? '' : `; ${outlier} stands alone`;
    return reason(
      'run',
      outcome === 'outlier' ? 'refused' : 'passed',
      outcome,
      `run ${of} repeated (${why})${alone}`,
      runs.map(runSeen),
    );
  });
  return reason(
    'audits',
    'passed',
    'ordered',
    `${count(audits.length, 'repeat')} on machines of others`,
    each,
  );
}

/** Old results may name a cause in other letters than reasons may. */
function codeOf(code: string): string {
  return /^[a-z0-9-]{1,60}$/.test(code) ? code : 'other';
}
