import { sayReason } from '../../core/formats/reason.ts';
import type { Report } from '../../core/formats/report.ts';
import { saySeen } from '../../core/formats/seen.ts';
import { inertLine } from '../../core/text/harmless/log.ts';

/** A report for a terminal: one fact per line, `name: value`, so that grep and cut can read it. */
export function summarize(report: Report): string {
  const { job, timings, probes } = report;
  const facts: [string, string | number | null][] = [
    ['outcome', report.outcome],
    ['reason', report.reason && sayReason(report.reason)],
    ['val_bpb', report.valBpb?.toFixed(6) ?? null],
    ['heldout_bpb', report.heldoutBpb?.toFixed(6) ?? null],
    [
      'probes',
      probes &&
        `${probes.count}${probes.guided ? '' : ' (unguided)'}, worst ${probes.worstNats.toFixed(6)} nats, penalty ${probes.penaltyBpb.toFixed(6)} bpb`,
    ],
    ['train_seconds', timings.trainSeconds.toFixed(1)],
    ['scoring_seconds', (timings.claimsSeconds + timings.probesSeconds).toFixed(1)],
    ['total_seconds', timings.totalSeconds.toFixed(1)],
    ['steps', report.curve.at(-1)?.step ?? null],
    ['train_loss', report.curve.at(-1)?.loss.toFixed(6) ?? null],
    ['peak_memory_mib', report.peakMemoryMiB?.toFixed(0) ?? null],
    ['weights_mib', report.weightsBytes === null ? null : (report.weightsBytes / 1024 ** 2).toFixed(1)],
    ['track', job.track],
    ['budget_seconds', job.budgetSeconds],
    ['seed', job.seed],
    ['device', report.hardware.device],
    ['device_seen', report.hardware.seen ? saySeen(report.hardware.seen) : null],
    ['torch', report.versions.torch],
    ['sandbox', report.sandbox],
  ];
  const lines = facts
    .filter(([, value]) => value !== null)
    .map(([name, value]) => `${`${name}:`.padEnd(17)}${value}`);
  if (report.log)
    lines.push(
      '',
      'the end of the log:',
      ...report.log
        .replace(/\s+$/, '')
        .split('\n')
        .map((line) => `  | ${inertLine(line)}`),
    );
  return `${lines.join('\n')}\n`;
}
