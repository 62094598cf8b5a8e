import { z } from 'zod';
import type { Parsed } from '../../parsed.ts';
import { parseStrictYaml } from '../yaml/strict.ts';

/** `machine.yml` of a machine's own repository: for which swarm it is there, and what its owner lends it to. */

export const MACHINE_FILE = 'machine.yml';

/** Name that new repositories of machines get. */
export const MACHINE_REPOSITORY = 'descent-machine';

/** Experiments in their order; experiments that go before their turn since credits pay for them; runs of people's own files. */
export const ACCEPTS = ['commons', 'bids', 'borrowed'] as const;
export type Accepts = (typeof ACCEPTS)[number];

export const machineNameSchema = z
  .string()
  .regex(/^[a-z0-9][a-z0-9-]{0,39}$/, 'must be lower-case letters, digits and dashes, at most 40');

export const machineFileSchema = z.strictObject({
  /** The repository whose App may order runs here. */
  swarm: z.string().regex(/^[A-Za-z0-9-]{1,39}\/[A-Za-z0-9._-]{1,100}$/, 'must be OWNER/REPOSITORY'),
  /** What the owner calls the machine; results name it LOGIN.MACHINE. */
  machine: machineNameSchema,
  tracks: z.array(machineNameSchema).min(1, 'must name a track').max(20),
  /** What it works for: see `ACCEPTS`. */
  accepts: z.array(z.enum(ACCEPTS)).min(1, 'must name what it works for').max(9).default(['commons']),
});
export type MachineFile = z.infer<typeof machineFileSchema>;

/** Null text means the file is not there. */
export function parseMachineFile(text: string | null): Parsed<MachineFile> {
  if (text === null)
    return { ok: false, problems: [`${MACHINE_FILE} is missing: run \`descent lend --setup\` again`] };
  return parseStrictYaml(text, machineFileSchema);
}
