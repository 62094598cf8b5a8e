import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { realpathSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { LogTail } from '../../runner/log-tail.ts';
import { findBubblewrap } from '../../runner/sandbox/bubblewrap/find-bubblewrap.ts';
import { cacheFolder, pythonEnvironment } from '../../setup/paths.mjs';
import { ARCHIVE } from './archive/pin.ts';
import { boxArguments, type Shown, tryBox } from './box/box.ts';
import { lendFolder, type Place } from './place.ts';
import type { JobGroup } from './processes/group.ts';

const REPOSITORY = dirname(dirname(import.meta.dirname));

/** The runner's box; or why there is none here. */
export type Box = { kind: 'box'; bwrap: string; shown: Shown } | { kind: 'none'; why: string };

/** What it means that there is none. */
export const WITHOUT_BOX =
  "The swarm's code that you accepted then runs as you and could read your files; strangers' files still run in the sandbox.";

/** Tries it, since no version or setting tells for sure. */
export async function chooseBox(env: NodeJS.ProcessEnv, place: Place, readable: string[] = []): Promise<Box> {
  const none = (why: string): Box => ({ kind: 'none', why });
  if (process.platform !== 'linux') return none('bubblewrap needs Linux');
  if (env.DESCENT_SANDBOX && env.DESCENT_SANDBOX !== 'bubblewrap')
    return none(`the sandbox ${env.DESCENT_SANDBOX} needs its engine, which reaches the whole machine`);
  const shown: Shown = {
    cache: cacheFolder(env),
    hidden: lendFolder(env),
    linked: place.links.flatMap(({ real }) => real ?? []),
    temporary: place.temporary,
    writable: [place.runner, place.temporary, place.home, place.words],
    // An archive of the owner's own may need the Node that runs here.
    readable: [...readable, ...(env[ARCHIVE] ? [realpathSync(process.execPath)] : [])],
    start: place.runner,
  };
  let bwrap: string;
  try {
    bwrap = realpathSync(findBubblewrap({ environment: pythonEnvironment(REPOSITORY, env) }));
  } catch (error) {
    return none((error as Error).message);
  }
  const trouble = await tryBox(bwrap, shown);
  return trouble === null ? { kind: 'box', bwrap, shown } : none(trouble);
}

/** GitHub's runner for one job, in a session of its own. */
export interface Started {
  child: ChildProcess;
  /** Its exit status; 128 and more for a signal. */
  exit: Promise<number>;
  /** The end of what it printed, made harmless. */
  said(): string;
}

export async function startRunner(
  place: Place,
  { env, box, group }: { env: Record<string, string>; box: Box; group: JobGroup | null },
): Promise<Started> {
  const command = [
    ...(group?.join ?? []),
    ...(box.kind === 'box' ? [box.bwrap, ...boxArguments(box.shown), '--'] : []),
    ...[join(place.runner, 'bin', 'Runner.Listener'), 'run'],
  ];
  const child = spawn(command[0]!, command.slice(1), {
    cwd: place.runner,
    env,
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const tail = new LogTail();
  tail.follow([child.stdout!, child.stderr!]);
  const exit = once(child, 'exit').then(([code, signal]) => (signal ? 128 : (code as number)));
  await once(child, 'spawn');
  return { child, exit, said: () => tail.text() };
}
