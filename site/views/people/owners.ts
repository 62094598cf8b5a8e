import { count, grouped } from '../../../core/text/plural.ts';
import { shareInterval } from '../../statistics/intervals.ts';
import { type Credits, creditsOf } from '../../summary/credits.ts';
import type { Summary } from '../../summary/summary.ts';
import { fixed, percent } from '../frame.ts';
import type { Cell, View } from '../view.ts';

/** Who lends machines, what they have measured, and what that earned. */
export function ownersView(summary: Summary): View {
  const credits: ReadonlyMap<string, Credits> = summary.ledger ? creditsOf(summary.ledger) : new Map();
  const owners = measuredBy(summary);
  const known = new Set(owners.map(({ owner }) => owner.toLowerCase()));
  const total = owners.reduce((sum, { hours }) => sum + hours, 0);
  const earned = [...credits.values()].reduce((sum, one) => sum + one.earned, 0);
  return {
    id: 'owners',
    title: 'Owners of machines',
    question: 'Who lends the machines, are their runs to be relied on, and what have they earned?',
    finding:
      owners.length === 0
        ? 'No machine has measured yet.'
        : `${count(owners.length, 'owner')} gave ${inHours(total)} hours${owners.length === 1 ? '' : `; ${owners[0]!.owner} gave the most, ${inHours(owners[0]!.hours)}`}.${summary.ledger ? ` All tracks together earned ${grouped(Math.round(earned / 1000))} credits.` : ''}`,
    reading:
      'Sorted by hours. Hours and runs are of experiments of this track, by stage. Audits are runs of theirs that were repeated on machines of others: how many agreed, with a 95 % interval (Wilson), and how often one of their machines stood alone. Credits are of all tracks: a credit is a second of the reference machine. Available is what may be spent, what waiting pull requests hold included; pending is what no repeat elsewhere has vouched for; owed is what was taken back beyond what was there. Earned counts what was spent, too.',
    plot: null,
    table: {
      columns: [
        ...[
          'owner',
          'machines',
          'runs',
          'hours',
          'exploring',
          'confirming',
          'audits',
          'agreed',
          '95 %',
          'outliers',
        ],
        ...['earned', 'available', 'pending', 'owed', 'last seen'],
      ],
      rows: [
        ...owners.map(
          ({ owner, machines, runs, hours, explore, confirm, audits, agreed, outliers, last }): Cell[] => {
            const { low, high } = shareInterval(agreed, audits);
            return [
              ...[owner, machines, runs],
              ...[hours, explore, confirm].map((value) => fixed(value, 1)),
              ...[audits, audits === 0 ? null : percent(agreed / audits)],
              ...[audits === 0 ? '' : `${percent(low)} to ${percent(high)}`, outliers],
              ...earnedBy(credits.get(owner.toLowerCase())),
              last,
            ];
          },
        ),
        // Whoever measured for other tracks alone has credits all the same.
        ...[...credits]
          .filter(([login]) => !known.has(login))
          .map(([login, one]): Cell[] => [
            login,
            0,
            0,
            ...Array(3).fill('0.0'),
            0,
            null,
            '',
            0,
            ...earnedBy(one),
            null,
          ]),
      ],
    },
  };
}

function earnedBy(credits: Credits | undefined): Cell[] {
  if (!credits) return [null, null, null, null];
  const { earned, available, pending, owed } = credits;
  return [earned, available, pending, owed].map((milli) => fixed(milli / 1000, 0));
}

/** Those with the most hours first. */
function measuredBy({ experiments, events }: Summary) {
  const owners = new Map<string, ReturnType<typeof nothingBy>>();
  const ownerOf = new Map<string, string>();
  for (const { at, runs } of experiments)
    for (const [stage, owner, machine, , , seconds] of runs) {
      const one = owners.get(owner) ?? nothingBy(owner);
      owners.set(owner, one);
      ownerOf.set(machine, owner);
      one.used.add(machine);
      one.runs += 1;
      one.hours += seconds / 3600;
      if (stage === 'explore' || stage === 'confirm') one[stage] += seconds / 3600;
      one.last = at.slice(0, 10);
    }
  for (const event of events) {
    if (event.kind !== 'audit') continue;
    const checked = owners.get(ownerOf.get(event.machine) ?? '');
    if (checked && event.outcome !== 'given-up') checked.audits += 1;
    if (checked && event.outcome === 'agreed') checked.agreed += 1;
    const alone = event.outlier === null ? undefined : owners.get(ownerOf.get(event.outlier) ?? '');
    if (alone) alone.outliers += 1;
  }
  return [...owners.values()]
    .map(({ used, ...one }) => ({ ...one, machines: used.size }))
    .toSorted((a, b) => b.hours - a.hours);
}

function nothingBy(owner: string) {
  return {
    ...{ owner, used: new Set<string>(), runs: 0, hours: 0, explore: 0, confirm: 0 },
    ...{ audits: 0, agreed: 0, outliers: 0, last: '' },
  };
}

/** Few hours with a digit after the point. */
function inHours(hours: number): string {
  return hours < 10 ? fixed(hours, 1) : grouped(Math.round(hours));
}
