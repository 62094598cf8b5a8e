import { z } from 'zod';
import { time } from '../primitives.ts';
import { parseStrictJson } from '../strict-json.ts';
import { machineNameSchema } from './machine-file.ts';

/**
 * Whether a machine takes jobs. Its client writes it as the message of the one commit on the branch `state` of the machine's
 * repository, and replaces that commit: the event `push` carries the message, so that hearing it costs no request.
 */

export const STATE_BRANCH = 'state';

/** An availability that is older says nothing. */
export const STALE_MINUTES = 15;

/** A machine with a job says at least so often that it is still there. */
export const BEAT_SECONDS = 40;

/** A machine with a job that was silent for so long is gone. */
export const VANISHED_SECONDS = 110;

export const availabilitySchema = z.strictObject({
  schema: z.literal(1),
  /** When the client said it. */
  at: time,
  /** `away`: its owner uses the machine, or it lends at other hours. */
  status: z.enum(['free', 'busy', 'away']),
  /** Why it is away, for people. */
  why: z.string().max(200).nullable(),
  /** Until when it will stay so, where that is known. */
  until: time.nullable(),
  /** Nonce of the job in hand; null unless busy. */
  nonce: z
    .string()
    .regex(/^[0-9a-f]{32}$/, 'must be 32 hex digits')
    .nullable(),
  machine: machineNameSchema,
  tracks: z.array(machineNameSchema).max(20),
  device: z.string().max(200),
  driver: z.string().max(100).nullable(),
  /** The most that the device may draw; null where that is unknown. */
  powerWatts: z.int().min(0).max(100_000).nullable(),
});
export type Availability = z.infer<typeof availabilitySchema>;

/** The commit's message: a headline for people, and the whole below it. */
export function availabilityMessage(availability: Availability): string {
  return `${availability.machine} is ${availability.status}\n\n${JSON.stringify(availability)}\n`;
}

/** Null for a message that another program wrote. */
export function parseAvailability(message: string): Availability | null {
  const [, , json = ''] = message.split('\n');
  try {
    return availabilitySchema.safeParse(parseStrictJson(json)).data ?? null;
  } catch {
    return null; // not JSON
  }
}
