import type { Summary } from '../../summary/summary.ts';
import { fixed } from '../frame.ts';
import type { View } from '../view.ts';

/** Who lends machines, and what they have measured. */
export function ownersView(summary: Summary): View {
  const runs = summary.experiments.flatMap(({ at, runs }) =>
    runs.map(([stage, owner, machine, outcome, , seconds]) => ({
      at,
      stage,
      owner,
      machine,
      outcome,
      seconds,
    })),
  );
  const outliers = new Map<string, number>();
  for (const event of summary.events)
    if (event.kind === 'audit' && event.outlier !== null)
      outliers.set(event.outlier, (outliers.get(event.outlier) ?? 0) + 1);
  const owners = [...Map.groupBy(runs, ({ owner }) => owner)]
    .map(([owner, own]) => {
      const machines = new Set(own.map(({ machine }) => machine));
      const hours = (stage?: string) =>
        own.reduce((sum, one) => sum + (!stage || one.stage === stage ? one.seconds : 0), 0) / 3600;
      return {
        owner,
        machines: machines.size,
        runs: own.length,
        hours: hours(),
        explore: hours('explore'),
        confirm: hours('confirm'),
        outliers: [...machines].reduce((sum, machine) => sum + (outliers.get(machine) ?? 0), 0),
        last: own.at(-1)!.at.slice(0, 10),
      };
    })
    .toSorted((a, b) => b.hours - a.hours);
  const total = owners.reduce((sum, { hours }) => sum + hours, 0);
  return {
    id: 'owners',
    title: 'Owners of machines',
    question: 'Who lends the machines?',
    finding:
      owners.length === 0
        ? 'No machine has measured yet.'
        : `${owners.length} owners gave ${fixed(total, 0)} hours; ${owners[0]!.owner} gave the most, ${fixed(owners[0]!.hours, 0)}.`,
    reading:
      'Hours and runs of experiments of this track, by stage. Outliers are audits in which one of the machines stood alone.',
    plot: null,
    table: {
      columns: ['owner', 'machines', 'runs', 'hours', 'exploring', 'confirming', 'outliers', 'last seen'],
      rows: owners.map(({ owner, machines, runs, hours, explore, confirm, outliers: alone, last }) => [
        owner,
        machines,
        runs,
        ...[hours, explore, confirm].map((value) => fixed(value, 1)),
        alone,
        last,
      ]),
    },
  };
}
