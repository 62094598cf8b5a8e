import type { Battery, Chain, Cost, Prices, Proof, Range, Usage } from './costs.ts';
import { runsPerCandidate } from './costs.ts';
import type { Report } from './report.ts';

/** The report as Markdown: the tables of docs/economics.md are these, line by line. */

export function print(report: Report): string {
  const { usages, costs, battery, chain, proofs, prices, usdPerKwh } = report;
  const from = report.from === null ? 'a simulation, since no results were named' : report.from;
  return [
    `From ${from}. Electricity at ${dollars(usdPerKwh)} a kWh.`,
    ...['', ...usageTable(usages)],
    ...['', ...costTable(costs)],
    ...['', ...priceTable(prices)],
    ...['', ...batteryLines(battery)],
    ...['', ...chainLines(chain)],
    ...['', ...proofTable(proofs)],
  ].join('\n');
}

/** Every table and line that the page must have. */
export function usageTable(usages: readonly Usage[]): string[] {
  return table(
    [
      'track',
      'seconds a run',
      'candidates',
      'runs',
      'of the record',
      'audits',
      'scorings',
      'merges',
      'runs a candidate',
    ],
    usages.map((one) => [
      ...[one.name, number(one.seconds), number(one.candidates), number(one.runs), number(one.incumbent)],
      ...[number(one.audits), number(one.scorings), number(one.merges), runsPerCandidate(one).toFixed(2)],
    ]),
  );
}

export function costTable(costs: readonly Cost[]): string[] {
  return table(
    ['machine', 'track', 'an hour', 'a run', 'a candidate', 'a merge'],
    costs.map(({ name, usage, hour, run, candidate, merge }) => [
      ...[name, usage, dollars(hour), dollars(run), dollars(candidate), merge ? dollars(merge) : 'none yet'],
    ]),
  );
}

export function priceTable({ machines }: Prices): string[] {
  return table(
    ['machine', 'price', 'what', 'source', 'date'],
    machines.flatMap((one) =>
      'quotes' in one
        ? one.quotes.map(({ usdPerHour, what, source, date }) => [
            ...[one.name, `$${usdPerHour} an hour`, what, source, date],
          ])
        : [[one.name, `${one.kilowatts} kW`, one.why, '', '']],
    ),
  );
}

export function batteryLines(battery: Battery): string[] {
  const { runs, hours, power, rent, perHour, breakEven, burst } = battery;
  return [
    `- Lent four hours a day, an RTX 4090 measures ${runs} runs and earns ${number(hours)} hours of a like card.`,
    `- Their power costs ${dollars(power)}. Renting those hours costs ${dollars(rent)}.`,
    `- So an hour that is drawn later has cost ${dollars(perHour)}. Renting is cheaper where a kWh costs more than ${dollars(breakEven)}.`,
    `- ${burst.cards} cards for ${burst.minutes} minutes take ${burst.hours.toFixed(1)} hours of lending.`,
  ];
}

export function chainLines({
  rollupOfHome,
  rollupOfRented,
  mainnetOfHome,
  nodesPerYear,
  nodeOfLending,
}: Chain): string[] {
  return [
    `- A posting on a rollup costs ${percent(rollupOfHome)} of a run's power at home, and ${percent(rollupOfRented)} of a rented H100's run. On the main network it costs ${percent(mainnetOfHome)} of a run's power at home.`,
    `- The power of a chain of its own with twenty nodes costs ${dollars(nodesPerYear)} a year. A node takes ${percent([nodeOfLending, nodeOfLending])} of the power of a card that is lent four hours a day.`,
  ];
}

export function proofTable(proofs: readonly Proof[]): string[] {
  return table(
    ['to prove', 'takes', 'repeats of the run in that time'],
    proofs.map(({ what, seconds, repeats }) => [what, duration(seconds), spread(repeats, round)]),
  );
}

function table(head: string[], rows: string[][]): string[] {
  const line = (cells: string[]) => `| ${cells.join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)];
}

/** Two digits say enough. */
function round(value: number): string {
  const two = Number(value.toPrecision(2));
  return value >= 1e6 ? value.toExponential(0).replace('+', '') : two.toLocaleString('en');
}

function number(value: number): string {
  return Number(value.toFixed(2)).toString();
}

function spread([low, high]: Range, shown: (value: number) => string): string {
  return shown(low) === shown(high) ? shown(low) : `${shown(low)} to ${shown(high)}`;
}

function dollars(given: Range): string {
  return spread(given, (value) => {
    if (value >= 10) return `$${Math.round(value).toLocaleString('en')}`;
    return `$${value >= 1 ? value.toFixed(2) : value.toPrecision(2)}`;
  });
}

function percent(given: Range): string {
  return `${spread(given.map((one) => one * 100) as Range, round)} %`;
}

const UNITS = [
  ['years', 365 * 86_400],
  ['hours', 3600],
  ['seconds', 1],
] as const;

function duration(given: Range): string {
  const [unit, size] = UNITS.find(([, one]) => given[0] >= one)!;
  return `${spread(given.map((one) => one / size) as Range, round)} ${unit}`;
}
