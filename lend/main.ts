import { DESCENT } from '../core/command-name.ts';
import { CommandError } from '../core/errors.ts';
import { cacheFolder } from '../setup/paths.mjs';
import type { Around } from './around.ts';
import { connectOwner } from './github/connect.ts';
import { Owner } from './github/owner.ts';
import { placeById } from './github/place.ts';
import { accept, consent } from './harness/consent.ts';
import { Harness } from './harness/harness.ts';
import type { LendOptions } from './options.ts';
import { findLent, type LentHere, readSettings, settingsPath, writeSettings } from './settings.ts';
import { setUp } from './setup/set-up.ts';
import { templateBlob } from './template/files.ts';

/** `descent lend`. @returns the exit status */
export async function lend(options: LendOptions, around: Around): Promise<number> {
  if (options.setup) return await setUp(options, around);
  const { context } = around;
  const lent = findLent(await readSettings(settingsPath(context.env)), options.repository);
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
  const { machine, app } = lent;
  const owner = new Owner(octokit, { place, machine, app, workflow: await templateBlob() }, (run, why) =>
    context.err(`Run ${run} waits in ${lent.repository} and is not taken: ${why}.\n`),
  );
  const left = await owner.forgetAll();
  if (left.length > 0)
    context.err(`Removed registrations that an earlier client left: ${left.join(', ')}.\n`);
  throw new CommandError('lending is not here yet', `Only \`${DESCENT} lend --setup\` works so far.`);
}

/** Read again first: another client of this computer may have written meanwhile. */
async function remember(lent: LentHere, { context }: Around): Promise<void> {
  const path = settingsPath(context.env);
  const settings = await readSettings(path);
  const machines = settings.machines.map((one) => (one.id === lent.id ? lent : one));
  await writeSettings(path, { ...settings, machines });
}
