import type { summary } from '@actions/core';
import { sayReason } from '../core/formats/reason.ts';
import type { Report } from '../core/formats/report.ts';
import { saySeen } from '../core/formats/seen.ts';
import { inertLog } from '../core/text/harmless/log.ts';

const POINTS = 60;
const LOG_CHARACTERS = 4000;

/** Writes the job's summary page: the outcome, the loss curve, the facts. Every stranger's word in it is made harmless. */
export function writeSummary(page: typeof summary, report: Report): typeof summary {
  page.addHeading(headline(report), 2);
  if (report.reason) page.addRaw(`<pre>${inertHtml(sayReason(report.reason))}</pre>`, true).addEOL();
  const chart = lossChart(report.curve);
  if (chart) {
    page.addRaw('<p>Training loss as the file itself logged it. It decides nothing.</p>', true).addEOL();
    page.addRaw(`\n\`\`\`mermaid\n${chart}\n\`\`\`\n`, true);
  }
  page.addTable(
    facts(report).map(([name, value]) => [
      `<code>${inertHtml(name)}</code>`,
      `<code>${inertHtml(value)}</code>`,
    ]),
  );
  if (report.log && report.outcome !== 'scored') {
    page.addRaw('<p>The end of its output:</p>', true).addEOL();
    page.addRaw(`<pre>${inertHtml(report.log.slice(-LOG_CHARACTERS))}</pre>`, true);
  }
  return page;
}

export function headline(report: Report): string {
  return report.valBpb === null ? report.outcome : `val_bpb ${report.valBpb.toFixed(6)}`;
}

function facts(report: Report): [string, string][] {
  const { job, timings, hardware, versions, probes } = report;
  const seconds = (value: number) => `${value.toFixed(1)} s`;
  return [
    ['pull request', job.pull === null ? 'none: the incumbent' : String(job.pull)],
    ['run', `${job.stage} ${job.ordinal}, seed ${job.seed}, track ${job.track}`],
    ['blob', job.blob],
    ['outcome', report.outcome],
    ['val_bpb', report.valBpb?.toFixed(6) ?? 'none'],
    ['held-out bpb', report.heldoutBpb?.toFixed(6) ?? 'none'],
    [
      'probes',
      probes
        ? `${probes.count}${probes.guided ? '' : ' (unguided: this machine has not measured the incumbent)'}, worst ${probes.worstNats.toFixed(4)} nats, mean excess ${probes.meanExcessNats.toExponential(1)} nats, penalty ${probes.penaltyBpb.toFixed(6)} bpb`
        : 'none',
    ],
    ['training', `${seconds(timings.trainSeconds)} of ${seconds(job.budgetSeconds)}`],
    ['scoring', `${seconds(timings.claimsSeconds)} claims, ${seconds(timings.probesSeconds)} probes`],
    ['all together', seconds(timings.totalSeconds)],
    ['device', hardware.device],
    ...(hardware.seen ? [['seen of the device', saySeen(hardware.seen)] satisfies [string, string]] : []),
    ['sandbox', report.sandbox],
    [
      'versions',
      `torch ${versions.torch ?? '?'}, numpy ${versions.numpy ?? '?'}, Python ${versions.python ?? '?'}, Node ${versions.node}`,
    ],
    ['peak memory', report.peakMemoryMiB === null ? 'unknown' : `${Math.round(report.peakMemoryMiB)} MiB`],
    ...Object.entries(report.metrics).map(([name, value]): [string, string] => [name, String(value)]),
  ];
}

/** A mermaid chart of loss over seconds: numbers alone; null when there is nothing to draw. */
export function lossChart(curve: Report['curve']): string | null {
  const every = Math.ceil(curve.length / POINTS);
  const points = curve.filter((_, i) => i % every === 0 || i === curve.length - 1);
  const first = points[0];
  const last = points.at(-1);
  if (!first || !last || points.length < 2) return null;
  const losses = points.map((point) => point.loss);
  const low = Math.min(...losses);
  const high = Math.max(...losses);
  if (!(high > low) || high > 1e6 || low < -1e6) return null; // a diverged run: a chart would show nothing
  return [
    'xychart-beta',
    `  x-axis "seconds" ${first.seconds.toFixed(1)} --> ${Math.max(last.seconds, first.seconds + 0.1).toFixed(1)}`,
    `  y-axis "loss" ${low.toFixed(3)} --> ${high.toFixed(3)}`,
    `  line [${losses.map((loss) => loss.toFixed(4)).join(', ')}]`,
  ].join('\n');
}

/**
 * Text for the inside of `pre` and `code`, where GitHub finds no mentions, references or links. Every character with a meaning in
 * HTML or Markdown becomes an entity.
 */
export function inertHtml(text: string): string {
  return inertLog(text).replace(/[^\p{L}\p{N} \n.,-]/gu, (sign) => `&#${sign.codePointAt(0)};`);
}
