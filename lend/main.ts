import { CommandError, inFull } from '../core/errors.ts';
import { cacheFolder } from '../setup/paths.mjs';
import type { Around } from './around.ts';
import { connectOwner, type Octokit } from './github/connect.ts';
import { Owner } from './github/owner.ts';
import { type Place, placeById } from './github/place.ts';
import { accountOf } from './github/rights.ts';
import { readSwarm } from './github/swarm.ts';
import { installLink, waitForWelcome } from './github/welcome.ts';
import { accept, consent } from './harness/consent.ts';
import { Harness } from './harness/harness.ts';
import { install, uninstall } from './install/install.ts';
import type { LendOptions } from './options.ts';
import { jsonPage } from './page/page.ts';
import { findLent, type LentHere, readSettings, settingsPath, writeSettings } from './settings.ts';
import { furnish } from './setup/repository.ts';
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
    jsonPage(around.context).tell({
      at: new Date().toISOString(),
      event: 'left',
      status: error.status,
      why: inFull(error),
    });
    return error.status;
  }
}

async function perform(options: LendOptions, around: Around): Promise<number> {
  if (options.setup) return await setUp(options, around);
  const { context } = around;
  const known = findLent(await readSettings(settingsPath(context.env)), options.repository);
  if (options.install || options.uninstall) return await serve(options, known, around);
  const harness = new Harness(cacheFolder(context.env), `${around.server}/${known.swarm}.git`, known.swarm);
  const show = (text: string) => context.err(text);
  if (options.accept !== null) {
    const accepted = await accept(harness, known.accepted, options.accept, show);
    await remember(known.id, { accepted }, around);
    context.out(
      options.json
        ? `${JSON.stringify({ event: 'accepted', commit: accepted })}\n`
        : `Accepted ${accepted}.\n`,
    );
    return 0;
  }
  const trust = await consent(
    harness,
    options.follow ? { follow: true } : { follow: false, accepted: known.accepted },
    { show, ask: around.ask },
  );
  if (!trust.follow && trust.accepted !== known.accepted)
    await remember(known.id, { accepted: trust.accepted }, around);
  const octokit = connectOwner(context, around.api, await around.token());
  const account = await accountOf(octokit);
  const place = await placeById(octokit, known.id, known.repository);
  const { config } = await readSwarm(octokit, known.swarm);
  const lent = await asItIsNow(octokit, place, known, around);
  const link = installLink(around.server, lent.app, account, place);
  const welcomed = (at: Place, minutes: number) =>
    waitForWelcome(octokit, at, lent.app, context, { link, minutes });
  await welcomed(place, 1);
  const workflow = await templateBlob();
  const path = settingsPath(context.env);
  const here = async () => findLent(await readSettings(path), place.name);
  return await startLending(
    {
      ...{ options, lent, place, config, harness, trust },
      github: (foreign) =>
        new Owner(octokit, { place, machine: lent.machine, app: lent.app, workflow }, foreign),
      look: async () => {
        await welcomed(await placeById(octokit, lent.id, lent.repository), 0);
      },
      settings: {
        read: () => readSettings(path),
        write: (settings) => writeSettings(path, settings),
        accepted: async () => (await here()).accepted,
        accept: async (accepted) => await remember((await here()).id, { accepted }, around),
      },
    },
    around,
  );
}

/** The repository may have another name, and the owner may have edited its files: what they say holds, and what was broken is fixed. */
async function asItIsNow(octokit: Octokit, place: Place, known: LentHere, around: Around): Promise<LentHere> {
  const tell = (line: string) => around.context.err(`${line}\n`);
  const repository = `${place.owner}/${place.name}`;
  if (repository !== known.repository) tell(`The repository ${known.repository} is ${repository} now.`);
  const wanted = { swarm: known.swarm, machine: null, tracks: null, accepts: null, defaults: known };
  const { machine, tracks, accepts } = await furnish(octokit, place, wanted, tell);
  const now = { repository, machine, tracks, accepts };
  const lent = { ...known, ...now };
  if (JSON.stringify(lent) !== JSON.stringify(known)) await remember(known.id, now, around);
  return lent;
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

/** Only what changed is written: another client of this computer, or `lend --accept`, may have written meanwhile. */
async function remember(id: number, change: Partial<LentHere>, { context }: Around): Promise<void> {
  const path = settingsPath(context.env);
  const settings = await readSettings(path);
  const machines = settings.machines.map((one) => (one.id === id ? { ...one, ...change } : one));
  await writeSettings(path, { ...settings, machines });
}
