import { mkdir } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { execa } from 'execa';
import { clientEventSchema } from '../../core/formats/lending/client-event.ts';
import { MACHINE_REPOSITORY } from '../../core/formats/lending/machine-file.ts';
import { ARCHIVE, ARCHIVE_SHA256, readPin } from '../../lend/runner/archive/pin.ts';
import { borrowedCache } from '../borrowed-cache.ts';
import type { Processes } from './processes.ts';
import type { Machine } from './start.ts';
import type { Town } from './town.ts';

const require = createRequire(import.meta.url);
const DESCENT = require.resolve('../../cli/main.ts');
const REPOSITORY_WITHIN_MS = 120_000;

/**
 * An owner lends a machine as people do: `descent lend --setup` in a clone of the swarm's repository, the click that installs the App, and
 * `descent lend` until the town ends. Owners of one town share this computer: each has a home and a cache of their own.
 * @returns the machine's repository
 * @throws Error when a client does not begin
 */
export async function startLending(
  processes: Processes,
  town: Town,
  { owner, name, accepts }: Machine & { accepts?: string },
): Promise<{ owner: string; repo: string }> {
  const home = join(processes.folder, `home-${owner}`);
  const clone = join(home, 'descent');
  await mkdir(home, { mode: 0o711 });
  await execa('git', ['clone', '--quiet', town.cloneUrl, clone]);
  const cache = await borrowedCache(join(home, 'cache'));
  const archive = await town.control.runnerArchive(`actions-runner-linux-x64-${readPin().version}.tar.gz`);
  const env = {
    ...{ HOME: home, XDG_CONFIG_HOME: join(home, '.config'), DESCENT_CACHE: cache },
    ...{ GH_TOKEN: await town.tokenOf(owner), GITHUB_API_URL: town.url, GITHUB_SERVER_URL: town.url },
    ...{ [ARCHIVE]: archive.url, [ARCHIVE_SHA256]: archive.sha256 },
    DESCENT_SHARED_PROCESSORS: '1',
  };
  const setup = [DESCENT, 'lend', '--setup', '--json', '--machine', name, '--tracks', 'cpu'];
  if (accepts !== undefined) setup.push('--accepts', accepts);
  const isSetUp = hasBegun(name, processes.start(`setup-${name}`, setup, env, clone));
  const repository = `${owner}/${MACHINE_REPOSITORY}`;
  await Promise.race([isSetUp, click(town, owner, repository)]);
  await isSetUp;
  const lend = [DESCENT, 'lend', '--json', '--free-for', '0'];
  await hasBegun(name, processes.start(`lend-${name}`, lend, env, clone));
  return { owner, repo: MACHINE_REPOSITORY };
}

/** @throws Error when the first that a client says is that it ends */
async function hasBegun(name: string, { firstJson }: ReturnType<Processes['start']>): Promise<void> {
  const first = clientEventSchema.safeParse(await firstJson);
  if (first.data?.event === 'left') throw new Error(`The client of ${name} ended: ${first.data.why}`);
}

/** Installs the App on the machine's repository, as soon as that is there. */
async function click(town: Town, owner: string, repository: string): Promise<void> {
  for (const began = Date.now(); Date.now() - began < REPOSITORY_WITHIN_MS; await sleep(200)) {
    const found = await town
      .as(owner)
      .repos.get({ owner, repo: MACHINE_REPOSITORY })
      .catch(() => null);
    if (found) return void (await town.control.install(town.app.id, [repository]));
  }
  throw new Error(`${repository} is not there after ${REPOSITORY_WITHIN_MS / 1000} s`);
}
