import { DESCENT } from '../core/command-name.ts';
import { CommandError } from '../core/errors.ts';
import { cacheFolder } from '../setup/paths.mjs';
import type { Around } from './around.ts';
import { connectOwner } from './github/connect.ts';
import { Owner } from './github/owner.ts';
import { placeById } from './github/place.ts';
import { readSwarm } from './github/swarm.ts';
import { lastWelcome } from './github/welcome.ts';
import { accept, consent } from './harness/consent.ts';
import { Harness } from './harness/harness.ts';
import { install, uninstall } from './install/install.ts';
import type { LendOptions } from './options.ts';
import { jsonPage } from './page/page.ts';
import { findLent, type LentHere, readSettings, settingsPath, writeSettings } from './settings.ts';
import { setUp } from './setup/set-up.ts';
import { serviceOf, withoutToken } from './start/service.ts';
import { startLending } from './start/start.ts';
import { templateBlob } from './template/files.ts';

/** `descent lend`. @returns the exit status */
export async function lend(options: LendOptions, around: Around): Promise<number> {
  try {
    return await perform(options, around);
  } catch (error) {
    if (!options.json || !(error instanceof CommandError)) throw error;
    // Whoever reads lines of JSON reads the last one as well.
    const why = `${error.message}. To do: ${error.remedy}`;
    jsonPage(around.context).tell({ at: new Date().toISOString(), event: 'left', status: error.status, why });
    return error.status;
  }
}

async function perform(options: LendOptions, around: Around): Promise<number> {
  if (options.setup) return await setUp(options, around);
  const { context } = around;
  const lent = findLent(await readSettings(settingsPath(context.env)), options.repository);
  if (options.install || options.uninstall) return await serve(options, lent, around);
  const harness = new Harness(cacheFolder(context.env), `${around.server}/${lent.swarm}.git`, lent.swarm);
  const show = (text: string) => context.err(text);
  if (options.accept !== null) {
    const accepted = await accept(harness, lent.accepted, options.accept, show);
    await remember({ ...lent, accepted }, around);
    context.out(
      options.json
        ? `${JSON.stringify({ event: 'accepted', commit: accepted })}\n`
        : `Accepted ${accepted}.\n`,
    );
    return 0;
  }
  const trust = await consent(
    harness,
    options.follow ? { follow: true } : { follow: false, accepted: lent.accepted },
    { show, ask: around.ask },
  );
  if (!trust.follow && trust.accepted !== lent.accepted)
    await remember({ ...lent, accepted: trust.accepted }, around);
  const octokit = connectOwner(context, around.api, await around.token());
  const place = await placeById(octokit, lent.id, lent.repository);
  const { config } = await readSwarm(octokit, lent.swarm);
  const welcome = await lastWelcome(octokit, place, lent.app);
  if (!welcome?.ok)
    throw new CommandError(
      welcome === null
        ? `the swarm has not answered in ${lent.repository}: its App ${lent.app} is not installed there, or its server is down`
        : `the swarm does not take this machine: ${welcome.said}`,
      `Run \`${DESCENT} lend --setup\` again: it shows the link, and what is wrong in machine.yml.`,
      { status: 1 },
    );
  const workflow = await templateBlob();
  const path = settingsPath(context.env);
  const here = async () => findLent(await readSettings(path), lent.repository.split('/')[1]!);
  return await startLending(
    {
      ...{ options, lent, place, config, harness, trust },
      github: (foreign) =>
        new Owner(octokit, { place, machine: lent.machine, app: lent.app, workflow }, foreign),
      settings: {
        read: () => readSettings(path),
        write: (settings) => writeSettings(path, settings),
        accepted: async () => (await here()).accepted,
        accept: async (accepted) => await remember({ ...(await here()), accepted }, around),
      },
    },
    around,
  );
}

/** `--install` and `--uninstall`. */
async function serve(options: LendOptions, lent: LentHere, { context }: Around): Promise<number> {
  const { env } = context;
  const show = (line: string) => context.out(`${line}\n`);
  const system = { platform: process.platform, env, uid: process.getuid?.() ?? 0, show };
  const service = serviceOf(options, lent, env);
  if (options.uninstall) await uninstall(service, system);
  else await install(service, system);
  const warning = options.install ? withoutToken(env) : null;
  if (warning !== null) context.err(`${warning}\n`);
  return 0;
}

/** Read again first: another client of this computer may have written meanwhile. */
async function remember(lent: LentHere, { context }: Around): Promise<void> {
  const path = settingsPath(context.env);
  const settings = await readSettings(path);
  const machines = settings.machines.map((one) => (one.id === lent.id ? lent : one));
  await writeSettings(path, { ...settings, machines });
}
