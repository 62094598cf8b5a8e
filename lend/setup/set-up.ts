import { hostname } from 'node:os';
import { DESCENT } from '../../core/command-name.ts';
import { MACHINE_REPOSITORY } from '../../core/formats/lending/machine-file.ts';
import type { Around } from '../around.ts';
import { connectOwner } from '../github/connect.ts';
import { accountOf } from '../github/rights.ts';
import { readSwarm } from '../github/swarm.ts';
import { installLink, waitForWelcome } from '../github/welcome.ts';
import type { LendOptions } from '../options.ts';
import { readSettings, settingsPath, writeSettings } from '../settings.ts';
import { findOrMake, furnish, longestName } from './repository.ts';
import { fittingTracks } from './tracks.ts';

/** `descent lend --setup`: the repository, the owner's settings, the link, the swarm's answer. Again and again, it changes nothing. */
export async function setUp(options: LendOptions, around: Around): Promise<number> {
  const { context, api, server } = around;
  const tell = (line: string) => context.err(`${line}\n`);
  const path = settingsPath(context.env);
  const settings = await readSettings(path);
  const octokit = connectOwner(context, api, await around.token());
  const account = await accountOf(octokit);
  const swarm = await readSwarm(octokit, await around.swarm());
  const tracks = await fittingTracks(swarm.config, options.tracks, context.env);
  const place = await findOrMake(octokit, account.login, options.repository ?? MACHINE_REPOSITORY, tell);
  const defaults = { machine: machineNameOf(hostname(), longestName(account.login)), tracks };
  const wanted = {
    swarm: swarm.name,
    machine: options.machine,
    tracks: options.tracks,
    accepts: options.accepts,
    defaults,
  };
  const file = await furnish(octokit, place, wanted, tell);
  tell('Workflow runs of outside contributors need your approval there, all of them.');
  const known = settings.machines.find(({ id }) => id === place.id);
  const accepted = known?.accepted ?? swarm.head;
  if (!known)
    tell(`You accept the swarm's code as it is on main now: ${server}/${swarm.name}/tree/${accepted}`);
  const entry = {
    id: place.id,
    repository: `${place.owner}/${place.name}`,
    swarm: swarm.name,
    app: swarm.app,
    machine: file.machine,
    tracks: file.tracks,
    accepts: file.accepts,
    accepted,
  };
  await writeSettings(path, {
    ...settings,
    price: options.price ?? settings.price,
    machines: [...settings.machines.filter(({ id }) => id !== place.id), entry],
  });
  const link = installLink(server, swarm.app, account, place);
  tell(`Now install the App ${swarm.app} on this one repository. This waits until it answers:\n  ${link}`);
  const said = await waitForWelcome(octokit, place, swarm.app, context, { link, minutes: 30 });
  const done = { repository: entry.repository, machine: file.machine, tracks: file.tracks, said };
  context.out(
    options.json ? `${JSON.stringify({ event: 'set-up', ...done })}\n` : `${said}\nNext: ${DESCENT} lend\n`,
  );
  return 0;
}

/** A computer's name as a machine may be called. */
function machineNameOf(host: string, longest: number): string {
  const name = (host.split('.')[0] ?? '')
    .toLowerCase()
    .replace(/[^a-z0-9-]+/g, '-')
    .replace(/^-+/, '')
    .slice(0, Math.min(40, longest))
    .replace(/-+$/, '');
  return name || 'machine';
}
