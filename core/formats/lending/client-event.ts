import { z } from 'zod';
import { time } from '../primitives.ts';
import { phaseSchema } from './phase.ts';

/** What `descent lend --json` prints: one line of JSON an event. Docs: docs/lending.md. */

const said = <T extends z.ZodRawShape>(shape: T) => z.strictObject({ at: time, ...shape });
const count = z.int().min(0);

/** How many jobs ended how, since the client began. */
export const totalsSchema = z.strictObject({
  measured: count,
  preempted: count,
  failed: count,
  refused: count,
  /** Nominal seconds of the measured ones: what credits count. */
  seconds: z.number().min(0),
});
export type Totals = z.infer<typeof totalsSchema>;

/** What a job costs at most; null where that is not known. */
export const costsSchema = z.strictObject({
  watts: z.number().min(0).nullable(),
  /** What the watts are of, in words. */
  of: z.string(),
  seconds: z.number().min(0),
  kWh: z.number().min(0).nullable(),
  /** In the currency of the price. */
  money: z.number().min(0).nullable(),
  price: z.number().min(0).nullable(),
});
export type Costs = z.infer<typeof costsSchema>;

export const clientStates = ['away', 'free', 'leased', 'running', 'yielding', 'finishing'] as const;

export const clientEventSchema = z.discriminatedUnion('event', [
  said({
    event: z.literal('begins'),
    machine: z.string(),
    repository: z.string(),
    swarm: z.string(),
    tracks: z.array(z.string()),
    device: z.string(),
    costs: costsSchema,
  }),
  /** What this machine lacks, so that nobody looks at it. */
  said({ event: z.literal('lacks'), what: z.array(z.string()) }),
  said({ event: z.literal('state'), state: z.enum(clientStates), why: z.array(z.string()) }),
  said({ event: z.literal('job'), run: z.int(), phase: phaseSchema.nullable(), what: z.string() }),
  said({
    event: z.literal('ended'),
    run: z.int(),
    end: z.enum(['measured', 'preempted', 'refused', 'failed', 'outdated-runner']),
    why: z.string().nullable(),
    seconds: z.number(),
    totals: totalsSchema,
  }),
  said({ event: z.literal('offline'), why: z.string() }),
  said({ event: z.literal('online') }),
  /** The owner must accept this commit of the swarm before jobs go on. */
  said({ event: z.literal('asks'), harness: z.string(), why: z.string() }),
  said({ event: z.literal('note'), text: z.string() }),
  said({ event: z.literal('left'), status: z.int(), why: z.string() }),
]);
export type ClientEvent = z.infer<typeof clientEventSchema>;

type WithoutTime<T> = T extends unknown ? Omit<T, 'at'> : never;
/** An event before the clock was read. */
export type Told = WithoutTime<ClientEvent>;
