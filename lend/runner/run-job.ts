import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { CommandError, messageOf } from '../../core/errors.ts';
import { removeTree } from '../../runner/folder.ts';
import { cacheFolder } from '../../setup/paths.mjs';
import type { QueuedRun } from '../github/owners-github.ts';
import { type FetchOptions, fetchArchive, unpack } from './archive/fetch.ts';
import { chooseArchive } from './archive/pin.ts';
import { attend, type Ending } from './attend.ts';
import { removeNewLinks } from './box/links.ts';
import { explainExit, jobEnvironment } from './environment.ts';
import { checkJit } from './jit/jit.ts';
import type { Around, JobEnd } from './job.ts';
import { LIMITS } from './limits.ts';
import { lendFolder, makePlace, type Place } from './place.ts';
import { makeJobGroup } from './processes/group.ts';
import { JobProcesses } from './processes/job-processes.ts';
import { startReaper } from './reaper/start-reaper.ts';
import { chooseBox, startRunner, WITHOUT_BOX } from './start.ts';
import { readPhase, wordsIn, writeHook } from './words.ts';

/** Fetches GitHub's runner before the first job needs it. @throws CommandError */
export async function fetchRunner(env: NodeJS.ProcessEnv, options: FetchOptions = {}): Promise<string> {
  return await fetchArchive(chooseArchive(env), join(lendFolder(env), 'archives'), options);
}

/** The whole life of one job on this machine. Nothing of it is left: no process, no folder, no registration. */
export async function runJob(run: QueuedRun, around: Around): Promise<JobEnd> {
  const { github, tell } = around;
  const tidy = async (what: string, action: () => Promise<void>) => {
    await action().catch((error) => tell({ event: 'trouble', what: `${what}: ${messageOf(error)}` }));
  };
  let ending: Ending | null = null;
  try {
    const jit = checkJit(around.jit, around);
    if (!jit.ok) return { kind: 'refused', why: jit.problems.join(' ') };
    const mark = randomUUID();
    const group = makeJobGroup(mark);
    const place = await makePlace(around.env, {
      ...{ nonce: run.nonce, run: run.id, mark, group: group?.folder ?? null },
    }).catch(async (error) => {
      await group?.remove(); // no note names it
      throw error;
    });
    let processes = new JobProcesses({ mark, first: null, group, isBoxed: true });
    const endReaper = startReaper(around.env);
    try {
      const child = await begin(place, around, { jit: jit.value, mark, group });
      processes = new JobProcesses({ mark, first: child.child.pid ?? null, group, isBoxed: child.isBoxed });
      around.onProcesses?.(processes);
      const words = wordsIn(place.words);
      ending = await attend({ child, processes, words, limits: { ...LIMITS, ...around.limits } }, around);
      return await endOf(ending, run, around, (await readPhase(words)) === 'done', child.said());
    } finally {
      await processes.end();
      const made = removeNewLinks(cacheFolder(around.env), place.links);
      if (made.length > 0)
        tell({
          event: 'trouble',
          what: `links that the job made in the cache are removed: ${made.join(', ')}`,
        });
      if (ending?.by === 'owner')
        tell({ event: 'yielded', seconds: (performance.now() - ending.since) / 1000 });
      await removeTree(place.folder);
      endReaper();
    }
  } catch (error) {
    if (around.stop.aborted || around.yield.aborted) return { kind: 'preempted' };
    return { kind: 'failed', why: inFull(error) };
  } finally {
    // A runner that ended its one job is no longer registered, and its run is over.
    if (ending?.by !== 'itself' || ending.status !== 0 || !ending.isTaken) {
      await tidy('the run is not cancelled', () => github.cancel(run.id));
      await tidy('the registration is not removed', () => github.forget(run.nonce));
    }
  }
}

async function begin(
  place: Place,
  { env, stop, yield: back, tell, readable }: Around,
  job: { jit: string; mark: string; group: ReturnType<typeof makeJobGroup> },
) {
  const archive = chooseArchive(env);
  tell({ event: 'fetching', version: archive.version });
  await unpack(await fetchRunner(env, { signal: AbortSignal.any([stop, back]) }), place.runner);
  await writeHook(wordsIn(place.words));
  const box = await chooseBox(env, place, readable);
  stop.throwIfAborted();
  back.throwIfAborted();
  const started = await startRunner(place, {
    ...{ env: jobEnvironment(env, { place, ...job }), box, group: job.group },
  });
  const isBoxed = box.kind === 'box';
  tell({ event: 'started', box: isBoxed, why: isBoxed ? null : `${box.why}. ${WITHOUT_BOX}` });
  return { ...started, isBoxed };
}

async function endOf(
  ending: Ending,
  run: QueuedRun,
  { env, github, limits }: Around,
  isDone: boolean,
  said: string,
): Promise<JobEnd> {
  const failed = (why: string): JobEnd => ({ kind: 'failed', why });
  switch (ending.by) {
    case 'gate':
      return { kind: 'refused', ...ending.refused };
    case 'owner':
    case 'stop':
      return { kind: 'preempted' };
    case 'sleep':
      return failed(
        `The machine slept, or its clock was set, for ${ending.seconds} s: the job was given up.`,
      );
    case 'limit':
      return failed(ending.why);
    case 'itself': {
      const wrong = explainExit(ending.status, chooseArchive(env).version);
      const last = said.trim().split('\n').at(-1) ?? '';
      if (wrong?.isOutdated) return { kind: 'outdated-runner', why: wrong.why };
      if (wrong) return failed(last === '' ? wrong.why : `${wrong.why} It said: ${last.slice(0, 300)}`);
      if (!ending.isTaken)
        return failed("GitHub's runner ended without a job: another runner took it, or it was cancelled.");
      if (ending.isYielded) return { kind: 'preempted' };
      const conclusion = await conclusionOf(run, github, limits?.conclusion ?? LIMITS.conclusion);
      if (conclusion === 'success' || (conclusion === null && isDone)) return { kind: 'measured' };
      return failed(`The run ended with ${conclusion ?? 'no word from GitHub'}; its log says why.`);
    }
  }
}

/** GitHub needs a moment to close a run. Null where it does not say in time. */
async function conclusionOf(run: QueuedRun, github: Around['github'], wait: number): Promise<string | null> {
  for (const until = Date.now() + wait; ; await sleep(1000)) {
    const { conclusion } = await github.run(run.id).catch(() => ({ conclusion: null }));
    if (conclusion !== null || Date.now() > until) return conclusion;
  }
}

function inFull(error: unknown): string {
  return error instanceof CommandError ? `${error.message}. ${error.remedy}` : messageOf(error);
}
