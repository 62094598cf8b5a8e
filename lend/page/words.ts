import type { ClientEvent, Totals } from '../../core/formats/lending/client-event.ts';
import { inertLine } from '../../core/text/harmless/terminal.ts';
import { describeCosts, duration } from '../costs.ts';

/** What happened, as a line for the owner. Null for what the page itself shows. */
export function lineOf(event: ClientEvent): string | null {
  switch (event.event) {
    case 'begins':
      return `${event.machine} lends to ${event.swarm}, track ${event.tracks.join(', ')}, on ${inertLine(event.device)}. ${describeCosts(event.costs)}`;
    case 'lacks':
      return `Not looked at, since this machine lacks it: ${safe(event.what)}.`;
    case 'state':
      return `${STATES[event.state]}${event.why.length > 0 ? `: ${safe(event.why)}` : '.'}`;
    case 'job':
      return event.phase === null
        ? `Run ${event.run}: ${inertLine(event.what, 400)}`
        : `Run ${event.run}: ${PHASES[event.phase]}.`;
    case 'ended':
      return `Run ${event.run} ${ENDS[event.end]} after ${duration(event.seconds)}${event.why === null ? '' : `: ${inertLine(event.why, 1000)}`}. ${earned(event.totals)}.`;
    case 'offline':
      return `GitHub does not answer, and is asked again until it does: ${inertLine(event.why, 400)}`;
    case 'online':
      return 'GitHub answers again.';
    case 'asks':
      return `The swarm's program changed (${event.harness}), and no job is taken until you accept it: ${inertLine(event.why, 400)}`;
    case 'note':
      return inertLine(event.text, 1000);
    case 'left':
      return event.status === 0
        ? `Ended: ${inertLine(event.why, 1000)}.`
        : `Ended, since something is to be done. ${inertLine(event.why, 1000)}`;
  }
}

export const STATES = {
  away: 'Away',
  free: 'Free, and waits for a job',
  leased: 'A job begins',
  running: 'A job runs',
  yielding: 'The job is given up',
  finishing: 'Nothing new is taken',
} as const;

export const PHASES = {
  setup: 'it is being set up',
  train: 'it trains',
  score: 'it is being scored',
  done: 'its report is handed over',
} as const;

const ENDS = {
  measured: 'was measured',
  preempted: 'was given up, and another machine gets it,',
  refused: 'was refused',
  failed: 'failed',
  'outdated-runner': 'needs a newer runner of GitHub',
} as const;

/** What was earned since the client began. */
export function earned({ measured, preempted, failed, refused, seconds }: Totals): string {
  const parts = [
    `${measured} ${measured === 1 ? 'run' : 'runs'} measured`,
    `${Math.round(seconds)} nominal seconds`,
    ...(preempted > 0 ? [`${preempted} given up`] : []),
    ...(failed > 0 ? [`${failed} failed`] : []),
    ...(refused > 0 ? [`${refused} refused`] : []),
  ];
  return parts.join(', ');
}

/** Reasons hold words of programs and of strangers. */
export function safe(lines: string[]): string {
  return lines.map((line) => inertLine(line, 300)).join('; ');
}
