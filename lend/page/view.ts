import type { Costs } from '../../core/formats/lending/client-event.ts';
import { inertLine } from '../../core/text/harmless/terminal.ts';
import { describeCosts } from '../costs.ts';
import type { Now } from '../idle/policy.ts';
import { hindrances, isScored, type Rules, type Session, stateOf } from '../session/state.ts';
import { earned, PHASES, STATES, safe } from './words.ts';

/** What the page is about, known before lending begins. */
export interface Titled {
  machine: string;
  swarm: string;
  tracks: string[];
  costs: Costs;
}

export type Paint = (style: 'bold' | 'dim' | 'green' | 'yellow', text: string) => string;

/** The page's lines. Nothing in it runs with the clock, so that it changes only when something happened. */
export function view(
  session: Session,
  { machine, swarm, tracks, costs }: Titled,
  rules: Rules,
  now: Now,
  paint: Paint,
): string[] {
  const { job, lost, totals } = session;
  const state = stateOf(session, rules, now);
  const why = hindrances(session, rules, now);
  const colour = state === 'away' || state === 'finishing' ? 'yellow' : 'green';
  const lines = [
    ['now', `${paint(colour, STATES[state])}${why.length > 0 && !job ? `: ${safe(why)}` : ''}`],
    ...(job
      ? [
          [
            'job',
            `run ${job.run.id} since ${new Date(job.since.wall).toTimeString().slice(0, 5)}: ${job.phase ? PHASES[job.phase] : 'it is fetched'}`,
          ],
        ]
      : []),
    ...(job && why.length > 0 ? [['then', safe(why)]] : []),
    ['earned', earned(totals)],
    ['costs', describeCosts(costs)],
    ...(lost === null ? [] : [['GitHub', paint('yellow', `does not answer: ${inertLine(lost, 200)}`)]]),
    ['keys', keys(session)],
  ];
  const title = `${machine} lends to ${swarm}, track ${tracks.join(', ')}`;
  return [
    paint('bold', title),
    ...lines.map(([name = '', text = '']) => `${paint('dim', name.padEnd(7))} ${text}`),
  ];
}

function keys({ job, leaving }: Session): string {
  if (!job) return leaving ? 'it ends' : 'Ctrl+C ends it';
  if (!leaving) return 'Ctrl+C ends it after this job';
  return job.yielding || isScored(job) ? 'Ctrl+C kills the job' : 'Ctrl+C gives the job up';
}
