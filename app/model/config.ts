import { z } from 'zod';

/** `.github/descent.yml` as written by people: strict, so that a misspelt key is an error and not a silent default. */

const trackName = z
  .string()
  .regex(/^[a-z0-9][a-z0-9-]{0,39}$/, 'must be lower-case letters, digits and dashes, at most 40');

const trackSchema = z.strictObject({
  'runs-on': z.array(z.string().min(1)).min(1),
  capacity: z.int().min(1).max(100),
  dataset: trackName,
  device: z.enum(['cuda', 'mps', 'cpu']),
  'budget-seconds': z.number().min(1).max(86_400),
  'scoring-seconds': z.number().min(1).max(86_400),
  'validation-tokens': z.int().min(1),
  probes: z.int().min(0).max(100_000),
  threads: z.int().min(1).max(1024).nullable(),
  'memory-mib': z.int().min(256),
  margin: z.number().min(0).max(100),
});

export const configSchema = z.strictObject({
  primary: trackName,
  tracks: z.record(trackName, trackSchema),
  limits: z.strictObject({
    'open-per-author': z.int().min(1).max(1000),
    attempts: z.int().min(1).max(10),
    'lost-after-minutes': z.int().min(1).max(1440),
  }),
  merge: z.boolean(),
});

export type Config = z.infer<typeof configSchema>;
export type TrackConfig = z.infer<typeof trackSchema>;
