import { dirname } from 'node:path';
import { nominalSeconds } from '../../core/credits/prices.ts';
import type { TrackConfig } from '../../core/formats/config.ts';
import { machineName } from '../../core/formats/lending/runner-name.ts';
import { thisMachine } from '../../runner/doctor/this-machine.ts';
import { askerIn, describeHardware } from '../../runner/hardware.ts';
import type { SandboxKind } from '../../runner/sandbox/sandbox.ts';
import { cacheFolder } from '../../setup/paths.mjs';
import type { Around } from '../around.ts';
import { costsOf, describeEarnings } from '../costs.ts';
import { cardOf } from '../idle/card.ts';
import { jsonPage, textPage } from '../page/page.ts';
import { removeLeftovers } from '../runner/leftovers.ts';
import { lock } from '../runner/lock.ts';
import { fetchRunner } from '../runner/run-job.ts';
import type { LentHere, Settings } from '../settings.ts';
import { examine, plansFor } from './doctor.ts';
import { drive } from './drive.ts';
import { withElectricity } from './electricity.ts';
import { finishOther } from './finish.ts';
import type { Start } from './given.ts';
import { rulesFor, secondsOf, tracksOf } from './rules.ts';

/** Root of this checkout. */
const REPOSITORY = dirname(dirname(import.meta.dirname));

/** One client a card, the doctor, the costs, and then lending until its end. @returns the exit status */
export async function startLending(start: Start, around: Around): Promise<number> {
  const { options, lent, place, config } = start;
  const { env, out } = around.context;
  const tracks = tracksOf(lent, config);
  const things = await thingsOf(tracks, lent, env);
  const other = options.finish ? await finishOther(things) : null;
  if (other !== null) {
    const text = `${other} ends after the job in hand.`;
    if (options.json) jsonPage({ out }).tell({ at: new Date().toISOString(), event: 'note', text });
    else out(`${text}\n`);
    return 0;
  }
  const holder = `descent lend of ${lent.repository} (process ${process.pid})`;
  const held = await lock(things, holder);
  try {
    const tidied = await tidy(start, env);
    const sandbox = (env.DESCENT_SANDBOX || 'bubblewrap') as SandboxKind;
    const plans = plansFor(tracks, {
      sandbox,
      repository: REPOSITORY,
      cache: cacheFolder(env),
      api: around.api,
    });
    const host = thisMachine(env);
    await examine(host, plans);
    await fetchRunner(env, {
      onDownload: ({ version }) =>
        around.context.err(`Fetching GitHub's runner ${version} (230 MB, once for each version) ...\n`),
    });
    const hardware = await describeHardware(usesCard(tracks) ? 'cuda' : 'cpu', askerIn(env));
    const watts = hardware.powerWatts ?? null;
    const settings = await electricity(start, watts, around);
    const seconds = Math.max(...[...tracks.values()].map(secondsOf));
    const rules = rulesFor(options, seconds, Date.now());
    const titled = {
      machine: machineName(place.owner, lent.machine),
      swarm: lent.swarm,
      tracks: lent.tracks,
      costs: costsOf({ computerWatts: settings.watts, cardWatts: watts, seconds, price: settings.price }),
    };
    const screen = { out, terminal: around.terminal, env };
    const page = options.json ? jsonPage(screen) : textPage(screen, titled, rules.session);
    const at = new Date().toISOString();
    page.tell({ at, event: 'begins', ...titled, repository: lent.repository, device: hardware.device });
    const paid = Math.max(
      ...[...tracks.values()].map((track) => nominalSeconds(track['budget-seconds']).run),
    );
    for (const text of [describeEarnings(paid), ...tidied]) page.tell({ at, event: 'note', text });
    try {
      return await drive(start, around, { page, host, plans, rules, programs: settings.programs, hardware });
    } finally {
      page.close();
    }
  } finally {
    await held.release();
  }
}

/** Ends and removes what an earlier client left here and at GitHub. @returns what was there */
async function tidy({ github }: Start, env: NodeJS.ProcessEnv): Promise<string[]> {
  const owner = github(() => {});
  const left = await removeLeftovers(env);
  for (const { run } of left) if (run !== null) await owner.cancel(run);
  const names = await owner.forgetAll();
  return [
    ...left.map(
      ({ run, processes }) =>
        `An earlier client left run ${run ?? '?'} with ${processes} processes: ended and removed.`,
    ),
    ...(names.length > 0 ? [`Removed registrations that an earlier client left: ${names.join(', ')}.`] : []),
  ];
}

function usesCard(tracks: Map<string, TrackConfig>): boolean {
  return [...tracks.values()].some(({ device }) => device === 'cuda');
}

/** What one client alone may lend: the card by its own number, or the machine. Several machines may be played on one, as in tests. */
async function thingsOf(
  tracks: Map<string, TrackConfig>,
  { repository }: LentHere,
  env: NodeJS.ProcessEnv,
): Promise<string[]> {
  const played = `the machine of ${repository} with the cache ${cacheFolder(env)}`;
  const machine = env.DESCENT_SHARED_PROCESSORS ? played : 'this machine';
  if (!usesCard(tracks)) return [machine];
  const answer = await askerIn(env)('nvidia-smi', [
    '-i',
    cardOf(env),
    '--query-gpu=uuid',
    '--format=csv,noheader',
  ]);
  return [answer?.status === 0 ? answer.stdout.trim() : machine];
}

async function electricity(
  { settings, options }: Start,
  watts: number | null,
  { typed }: Around,
): Promise<Settings> {
  const before = await settings.read();
  const after = await withElectricity(before, options.price, watts, options.json ? null : typed);
  if (after !== before) await settings.write(after);
  return after;
}
