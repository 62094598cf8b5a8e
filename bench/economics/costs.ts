import { z } from 'zod';
import { EFFICIENCY } from '../../core/credits/book.ts';
import { nominalSeconds } from '../../core/credits/prices.ts';

/** From what a swarm did, or is expected to do, to what it costs. Pure: the formulas of docs/economics.md. */

const range = z.tuple([z.number().positive(), z.number().positive()]);
const quote = z.strictObject({
  usdPerHour: z.number().positive(),
  what: z.string(),
  source: z.string(),
  date: z.string().regex(/^\d{4}-\d{2}$/),
});
const machine = { id: z.string(), name: z.string(), device: z.enum(['cuda', 'cpu']) };

/** `prices.json`: what things cost, where that was read, and when. */
export const pricesSchema = z.strictObject({
  asOf: z.iso.date(),
  machines: z.array(
    z.union([
      z.strictObject({ ...machine, quotes: z.array(quote).min(1) }),
      z.strictObject({ ...machine, kilowatts: z.number().positive(), why: z.string() }),
    ]),
  ),
  electricity: z.strictObject({ usdPerKwh: range, why: z.string() }),
  battery: z.strictObject({ hoursPerDay: z.number(), cards: z.int(), minutes: z.number() }),
  chain: z.strictObject({
    usdPerPosting: z.strictObject({ rollup: range, mainnet: range }),
    source: z.string(),
    nodes: z.int(),
    nodeWatts: z.number(),
  }),
  proofs: z.array(
    z.strictObject({
      what: z.string(),
      work: z.enum(['training', 'scoring']),
      flopPerSecond: range,
      why: z.string(),
      source: z.string(),
    }),
  ),
  flop: z.strictObject({ training: z.number(), scoring: z.number(), why: z.string() }),
});
export type Prices = z.infer<typeof pricesSchema>;

/** A lower and an upper figure. */
export type Range = [low: number, high: number];

/** What a track did. */
export interface Usage {
  name: string;
  device: 'cuda' | 'cpu';
  /** A run takes, with scoring. */
  seconds: number;
  candidates: number;
  merges: number;
  /** Of candidates, of the incumbent, and repeats that check machines. */
  runs: number;
  incumbent: number;
  audits: number;
  /** Of weights alone. */
  scorings: number;
}

/** A scoring alone beside a whole run: the share that the ledger pays. */
const SCORING = nominalSeconds(1).scoring / nominalSeconds(1).run;

export function runsPerCandidate({ runs, incumbent, audits, scorings, candidates }: Usage): number {
  return (runs + incumbent + audits + scorings * SCORING) / candidates;
}

export interface Cost {
  id: string;
  name: string;
  usage: string;
  /** US dollars. */
  hour: Range;
  run: Range;
  candidate: Range;
  /** Null where nothing merged yet. */
  merge: Range | null;
}

/** What each machine of the track's kind costs. @param usdPerKwh of electricity, for machines that are there anyway */
export function costsOf(usage: Usage, { machines }: Prices, usdPerKwh: Range): Cost[] {
  return machines
    .filter(({ device }) => device === usage.device)
    .map((one) => {
      const hour = hourOf(one, usdPerKwh);
      const run = times(hour, usage.seconds / 3600);
      const candidate = times(run, runsPerCandidate(usage));
      const merge = usage.merges === 0 ? null : times(candidate, usage.candidates / usage.merges);
      return { id: one.id, name: one.name, usage: usage.name, hour, run, candidate, merge };
    });
}

function hourOf(machine: Prices['machines'][number], usdPerKwh: Range): Range {
  if ('kilowatts' in machine) return times(usdPerKwh, machine.kilowatts);
  const all = machine.quotes.map(({ usdPerHour }) => usdPerHour);
  return [Math.min(...all), Math.max(...all)];
}

/** What the owner of an idle card gets for lending it, beside renting one. */
export interface Battery {
  /** Runs in the hours that are lent a day. */
  runs: number;
  /** Hours of a like card that are earned by it: a fifth goes to the common purse. */
  hours: number;
  /** Their power, US dollars, and what renting them costs. */
  power: Range;
  rent: Range;
  /** Power for one hour that is drawn later. */
  perHour: Range;
  /** The price of electricity above which renting is cheaper. */
  breakEven: Range;
  /** Hours to lend for a burst of several cards at once. */
  burst: { cards: number; minutes: number; hours: number };
}

/** The owner's share of what a run pays. */
export const OWNER_SHARE = EFFICIENCY.owner / EFFICIENCY.of;

export function batteryOf(prices: Prices, usdPerKwh: Range, seconds: number): Battery {
  const { hoursPerDay, cards, minutes } = prices.battery;
  const of = (id: string) => prices.machines.find((one) => one.id === id)!;
  const home = of('rtx4090-home') as Extract<Prices['machines'][number], { kilowatts: number }>;
  const rentHour = hourOf(of('rtx4090-rented'), usdPerKwh);
  const hours = hoursPerDay * OWNER_SHARE;
  return {
    runs: Math.floor((hoursPerDay * 3600) / seconds),
    hours,
    power: times(usdPerKwh, home.kilowatts * hoursPerDay),
    rent: times(rentHour, hours),
    perHour: times(usdPerKwh, home.kilowatts / OWNER_SHARE),
    breakEven: times(rentHour, OWNER_SHARE / home.kilowatts),
    burst: { cards, minutes, hours: (cards * minutes) / 60 / OWNER_SHARE },
  };
}

/** What a chain would add to each run, and its nodes to the power of a home that lends. */
export interface Chain {
  /** A posting as a share of a run's power at home, and of a rented H100's run. */
  rollupOfHome: Range;
  rollupOfRented: Range;
  mainnetOfHome: Range;
  /** Power of a chain's own nodes a year, US dollars. */
  nodesPerYear: Range;
  /** One node beside a card that is lent some hours a day. */
  nodeOfLending: number;
}

export function chainOf(prices: Prices, costs: readonly Cost[], usdPerKwh: Range): Chain {
  const { nodes, nodeWatts, usdPerPosting } = prices.chain;
  const run = (id: string) => costs.find((one) => one.id === id)!.run;
  const home = prices.machines.find(({ id }) => id === 'rtx4090-home') as { kilowatts: number };
  const share = ([low, high]: Range, of: Range): Range => [low / of[1], high / of[0]];
  return {
    rollupOfHome: share(usdPerPosting.rollup, run('rtx4090-home')),
    rollupOfRented: share(usdPerPosting.rollup, run('h100-rented')),
    mainnetOfHome: share(usdPerPosting.mainnet, run('rtx4090-home')),
    nodesPerYear: times(usdPerKwh, (nodes * nodeWatts * 24 * 365) / 1000),
    nodeOfLending: (nodeWatts * 24) / 1000 / (home.kilowatts * prices.battery.hoursPerDay),
  };
}

export interface Proof {
  what: string;
  /** To prove one run's training or scoring. */
  seconds: Range;
  /** Beside a repeat of the whole run. */
  repeats: Range;
}

export function proofsOf({ proofs, flop }: Prices, seconds: number): Proof[] {
  return proofs.map(({ what, work, flopPerSecond: [slow, fast] }) => {
    const takes: Range = [flop[work] / fast, flop[work] / slow];
    return { what, seconds: takes, repeats: times(takes, 1 / seconds) };
  });
}

function times([low, high]: Range, by: number): Range {
  return [low * by, high * by];
}
