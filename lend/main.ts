import { hostname } from 'node:os';
import { DESCENT } from '../core/command-name.ts';
import type { Context } from '../core/context.ts';
import { CommandError } from '../core/errors.ts';
import { MACHINE_REPOSITORY } from '../core/formats/lending/machine-file.ts';
import { connectOwner } from './github/connect.ts';
import { Owner } from './github/owner.ts';
import { placeById } from './github/place.ts';
import { accountOf } from './github/rights.ts';
import { readSwarm } from './github/swarm.ts';
import { installLink, waitForWelcome } from './github/welcome.ts';
import type { LendOptions } from './options.ts';
import { findLent, readSettings, settingsPath, writeSettings } from './settings.ts';
import { setUpRepository } from './setup.ts';

/** What the command line hands over. */
export interface Around {
  context: Context;
  /** Of GitHub's API, and of the pages that people see. */
  api: string;
  server: string;
  /** OWNER/REPOSITORY of the swarm that the clone belongs to. */
  swarm: () => Promise<string>;
  /** @throws CommandError where there is none */
  token: () => Promise<string>;
}

/** `descent lend`. @returns the exit status */
export async function lend(options: LendOptions, around: Around): Promise<number> {
  if (options.setup) return await setUp(options, around);
  const { context } = around;
  const settings = await readSettings(settingsPath(context.env));
  const { id, repository, machine, app } = findLent(settings, options.repository);
  const octokit = connectOwner(context, around.api, await around.token());
  const place = await placeById(octokit, id, repository);
  const owner = new Owner(octokit, { place, machine, app }, (run, why) =>
    context.err(`Run ${run} waits in ${repository} and is not taken: ${why}.\n`),
  );
  const left = await owner.forgetAll();
  if (left.length > 0)
    context.err(`Removed registrations that an earlier client left: ${left.join(', ')}.\n`);
  throw new CommandError('lending is not here yet', `Only \`${DESCENT} lend --setup\` works so far.`);
}

async function setUp(options: LendOptions, around: Around): Promise<number> {
  const { context, api, server } = around;
  const tell = (line: string) => context.err(`${line}\n`);
  const path = settingsPath(context.env);
  const settings = await readSettings(path);
  const octokit = connectOwner(context, api, await around.token());
  const account = await accountOf(octokit);
  const swarm = await readSwarm(octokit, await around.swarm());
  const made = await setUpRepository(
    octokit,
    {
      swarm: swarm.name,
      login: account.login,
      repository: options.repository ?? MACHINE_REPOSITORY,
      machine: options.machine,
      tracks: options.tracks,
      defaults: { machine: machineNameOf(hostname()), tracks: [swarm.config.primary] },
    },
    tell,
  );
  const { place, file } = made;
  const known = settings.machines.find(({ id }) => id === place.id);
  const accepted = known?.accepted ?? swarm.head;
  if (!known) tell(`Accepted what stands on main of ${swarm.name} now: ${accepted}.`);
  const entry = {
    id: place.id,
    repository: `${place.owner}/${place.name}`,
    swarm: swarm.name,
    app: swarm.app,
    machine: file.machine,
    tracks: file.tracks,
    accepted,
  };
  await writeSettings(path, {
    ...settings,
    price: options.price ?? settings.price,
    machines: [...settings.machines.filter(({ id }) => id !== place.id), entry],
  });
  const link = installLink(server, swarm.app, account, place);
  tell(`Now install the App ${swarm.app} on this one repository. This waits until it answers:\n  ${link}`);
  const said = await waitForWelcome(octokit, place, swarm.app, context, link);
  const done = { repository: entry.repository, machine: file.machine, tracks: file.tracks, said };
  context.out(
    options.json ? `${JSON.stringify({ event: 'set-up', ...done })}\n` : `${said}\nNext: ${DESCENT} lend\n`,
  );
  return 0;
}

/** A computer's name as a machine may be called. */
function machineNameOf(host: string): string {
  const name = (host.split('.')[0] ?? '')
    .toLowerCase()
    .replace(/[^a-z0-9-]+/g, '-')
    .replace(/^-+/, '')
    .slice(0, 40);
  return name || 'machine';
}
