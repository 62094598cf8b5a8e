import { randomBytes } from 'node:crypto';
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { stringify } from 'yaml';
import { z } from 'zod';
import { CommandError } from '../core/errors.ts';
import { machineFileSchema, machineNameSchema } from '../core/formats/lending/machine-file.ts';
import { parseStrictYaml } from '../core/formats/yaml/strict.ts';

/** What an owner decided on this computer: one file in the user's configuration, `descent/lend.yml`. Owners may edit it. */

const repositoryName = z.string().regex(/^[A-Za-z0-9-]{1,39}\/[A-Za-z0-9._-]{1,100}$/, 'must be OWNER/NAME');

const lentSchema = z.strictObject({
  /** GitHub's number of the repository: it stays when the repository is renamed. */
  id: z.int().positive(),
  repository: repositoryName,
  swarm: repositoryName,
  /** The swarm's App, which orders the jobs. */
  app: z.string().regex(/^[a-z0-9][a-z0-9-]{0,60}$/, 'must be the name in github.com/apps/NAME'),
  machine: machineNameSchema,
  tracks: z.array(machineNameSchema).min(1, 'must name a track').max(20),
  /** What it is lent for, as machine.yml says. */
  accepts: machineFileSchema.shape.accepts.unwrap().optional(),
  /** The commit of the swarm's main whose code the owner accepted. */
  accepted: z.string().regex(/^[0-9a-f]{40}$/, 'must be a full commit (40 hex digits)'),
});
/** One machine of this computer's owner. */
export type LentHere = z.infer<typeof lentSchema>;

const settingsSchema = z.strictObject({
  schema: z.literal(1),
  /** Of a kilowatt-hour, in the owner's money; null until it was said. */
  price: z.number().min(0).max(100).nullable().default(null),
  /** What the whole computer draws at work; null until it was said. */
  watts: z.number().min(0).max(100_000).nullable().default(null),
  /** Whether the owner was asked for both. */
  asked: z.boolean().default(false),
  /** Programs that the owner uses the machine for: while one of them runs, it is busy. */
  programs: z.array(z.string().min(1).max(100)).max(100).default([]),
  machines: z.array(lentSchema).max(50).default([]),
});
export type Settings = z.infer<typeof settingsSchema>;

/** The user's configuration, as the XDG base directory specification has it: a relative path is ignored. */
export function configFolder(env: Record<string, string | undefined>): string {
  const given = env.XDG_CONFIG_HOME ?? '';
  return given.startsWith('/') ? given : join(env.HOME || homedir(), '.config');
}

/** The owner's decisions, for all machines of this computer. */
export function settingsPath(env: Record<string, string | undefined>): string {
  return join(configFolder(env), 'descent', 'lend.yml');
}

/** Empty settings where there is no file yet. @throws CommandError that names what is wrong in it */
export async function readSettings(path: string): Promise<Settings> {
  const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return null;
    throw new CommandError(
      `${path} cannot be read: ${error.message}`,
      'Make it readable for you alone: chmod 600.',
    );
  });
  if (text === null) return settingsSchema.parse({ schema: 1 });
  const parsed = parseStrictYaml(text, settingsSchema);
  if (parsed.ok) return parsed.value;
  throw new CommandError(
    `${path}: ${parsed.problems.join('; ')}`,
    'Fix it, or move it away and run `npx --no descent lend --setup` again: nothing else is lost.',
  );
}

/** Written whole or not at all, for this user alone. */
export async function writeSettings(path: string, settings: Settings): Promise<void> {
  const draft = `${path}.${randomBytes(4).toString('hex')}`;
  try {
    await mkdir(dirname(path), { recursive: true, mode: 0o700 });
    await writeFile(draft, stringify(settings), { mode: 0o600, flush: true });
    await rename(draft, path);
  } catch (error) {
    await rm(draft, { force: true }).catch(() => {}); // what went wrong before is said
    throw new CommandError(
      `${path} cannot be written: ${(error as Error).message}`,
      'Free space on that disk, or name another folder: export XDG_CONFIG_HOME=/some/folder',
      { cause: error },
    );
  }
}

/** The machine with this repository, or the only one. @param name without the owner; null: the only one */
export function findLent(settings: Settings, name: string | null): LentHere {
  const { machines } = settings;
  const fits = machines.filter(
    ({ repository }) => name === null || repository.split('/')[1]!.toLowerCase() === name.toLowerCase(),
  );
  if (fits.length === 1) return fits[0]!;
  const known = machines.map(({ repository }) => repository.split('/')[1]).join(', ');
  if (fits.length > 1)
    throw new CommandError(
      `this computer lends by ${machines.length} repositories: ${known}`,
      'Name one: --repository NAME',
    );
  throw new CommandError(
    name === null ? 'this machine is not set up' : `no machine here has the repository ${name}`,
    known
      ? `Known here: ${known}. A new one: npx --no descent lend --setup --repository NAME`
      : 'Run first: npx --no descent lend --setup',
  );
}
