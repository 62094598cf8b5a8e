import { dot, gridX, ruleX } from '@observablehq/plot';
import { count } from '../../../core/text/plural.ts';
import { minuteOf } from '../../../core/text/time.ts';
import type { Summary } from '../../summary/summary.ts';
import { fixed, frame } from '../frame.ts';
import { offsetsOf } from '../machines/offsets.ts';
import type { View } from '../view.ts';

const DRAWN = 40;
const DAY = 86_400_000;

/** Which machines there are, what they do, and when they were last heard. */
export function fleetView(summary: Summary): View {
  const { now, track, events } = summary;
  const machines = machinesOf(summary);
  const at = Date.parse(now?.at ?? events.at(-1)?.at ?? '1970-01-01T00:00:00Z');
  const days = (seen: string) => Math.max(0, (at - Date.parse(seen)) / DAY);
  const drawn = machines.slice(0, DRAWN);
  const lately = machines.filter(({ seen }) => days(seen) <= 1).length;
  const title = 'Machines now';
  const offsets = new Map(offsetsOf(summary).machines.map(({ machine, shrunk }) => [machine, fixed(shrunk)]));
  return {
    id: 'fleet',
    title,
    question: 'Which machines are there, and what do they do?',
    finding:
      machines.length === 0
        ? 'No machine is known yet.'
        : `${count(machines.length, 'machine')} ${machines.length === 1 ? 'has' : 'have'} been heard of on track ${track}, ${lately} of them within a day.`,
    reading: `How many days ago a machine was last heard of: by a result, or by its own word where it is lent. States (free, busy, away, silent) are those of lent machines${now ? '' : ', and were not asked when the page was built'}; of a runner of the repository only its results are known. The offset is how far a machine measures too high or too low, as the rule corrects it; "not known" until it has measured three files beside others. ${machines.length > DRAWN ? `Of ${machines.length}, those heard of last are drawn.` : ''}`,
    plot:
      drawn.length === 0
        ? null
        : (size) => ({
            ...frame({ ...size, height: Math.max(140, 70 + drawn.length * 15) }, title),
            marginLeft: size.width < 600 ? 110 : 180,
            x: {
              label: 'days ago',
              domain: [Math.max(1, ...drawn.map(({ seen }) => days(seen))), 0],
              nice: true,
            },
            y: { type: 'band', domain: drawn.map(({ name }) => name), label: null, tickSize: 0 },
            marks: [
              gridX({ className: 'grid' }),
              ruleX([0], { className: 'zero' }),
              dot(drawn, { y: 'name', x: ({ seen }) => days(seen), r: 4, className: 'record' }),
            ],
          }),
    table: {
      columns: ['machine', 'owner', 'state', 'last heard', 'runs', 'offset'],
      rows: machines.map(({ name, owner, state, seen, runs }) => [
        name,
        owner,
        state,
        `${minuteOf(seen)} UTC`,
        runs,
        offsets.get(name) ?? null,
      ]),
    },
  };
}

interface Machine {
  name: string;
  owner: string;
  /** Of a lent machine; null for others. */
  state: string | null;
  seen: string;
  runs: number;
}

/** Those heard of last are the first. */
function machinesOf({ experiments, events, now, track }: Summary): Machine[] {
  const known = new Map<string, Machine>();
  const see = (name: string, owner: string, seen: string, runs: number) => {
    const one = known.get(name) ?? { name, owner, state: null, seen, runs: 0 };
    if (one.seen < seen) one.seen = seen;
    one.runs += runs;
    known.set(name, one);
  };
  for (const event of events) if (event.kind === 'machine') see(event.machine, event.owner, event.at, 0);
  for (const { at, runs } of experiments) for (const [, owner, machine] of runs) see(machine, owner, at, 1);
  for (const { name, owner, tracks, state, heard } of now?.machines ?? []) {
    if (!tracks.includes(track)) continue;
    if (heard !== null) see(name, owner, heard, 0);
    const one = known.get(name);
    if (one) one.state = state;
  }
  return [...known.values()].toSorted((a, b) => (a.seen < b.seen ? 1 : a.seen > b.seen ? -1 : 0));
}
