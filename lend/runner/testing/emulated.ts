import { chmodSync } from 'node:fs';
import { cp, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { startEmulator } from '@descent-swarm/github-emulator';
import { Control } from '@descent-swarm/github-emulator/control.ts';
import { Octokit } from '@octokit/rest';
import { execa } from 'execa';
import type { Job } from '../../../core/formats/job.ts';
import { borrowedCache } from '../../../testing/borrowed-cache.ts';
import { installedToken } from '../../../testing/bot/tokens.ts';
import { jobOf } from '../../../testing/examples/job.ts';
import { gateFor } from '../../gate/gate.ts';
import { connectOwner } from '../../github/connect.ts';
import { Owner } from '../../github/owner.ts';
import type { QueuedRun } from '../../github/owners-github.ts';
import { Harness } from '../../harness/harness.ts';
import { machineFiles, templateBlob, WORKFLOW_PATH } from '../../template/files.ts';
import { ARCHIVE, ARCHIVE_SHA256, readPin } from '../archive/pin.ts';
import type { Around, JobEnd, JobEvent } from '../job.ts';
import { runJob } from '../run-job.ts';

/**
 * A machine lent to a swarm in the emulator, with everything real: the machine's repository, the swarm's App that orders, the stand-in for
 * GitHub's runner in the box, this checkout's action, runner and sandbox, PyTorch. Only `descent lend` around it is not there.
 */

const ROOT = dirname(dirname(dirname(import.meta.dirname)));
const AT = { owner: 'ann', repo: 'descent-machine' };
const APP = 'descent-swarm';

export async function lentMachine(programs: Record<string, string>, files: Record<string, string> = {}) {
  const folder = await mkdtemp(join(tmpdir(), 'descent-lent-'));
  chmodSync(folder, 0o711);
  const emulator = await startEmulator({ folder: join(folder, 'github') });
  const control = new Control(emulator.url);
  await control.user('ada');
  const { token } = await control.user(AT.owner);
  const swarm = join(folder, 'swarm');
  for (const path of ['.github', 'action', 'runner', 'setup', 'train', 'package.json'])
    await cp(join(ROOT, path), join(swarm, path), { recursive: true });
  const git = await repository(swarm, {
    ...files,
    ...Object.fromEntries(Object.entries(programs).map(([name, text]) => [`train/${name}`, text])),
  });
  await control.repository({ owner: 'ada', name: 'descent', from: swarm });
  const app = await control.app({ slug: APP, repository: 'ada/descent' });
  const own = join(folder, 'own');
  await repository(
    own,
    await machineFiles({ swarm: 'ada/descent', machine: 'desk', tracks: ['cpu'], accepts: ['commons'] }),
  );
  await control.repository({ owner: AT.owner, name: AT.repo, from: own });
  await control.install(app.id, [`${AT.owner}/${AT.repo}`]);
  const bot = new Octokit({ baseUrl: emulator.url, auth: installedToken(emulator, app.id, AT) });

  const cache = await borrowedCache(join(folder, 'cache'));
  const archive = await control.runnerArchive(`actions-runner-linux-x64-${readPin().version}.tar.gz`);
  const env = {
    PATH: process.env.PATH,
    DESCENT_CACHE: cache,
    [ARCHIVE]: archive.url,
    [ARCHIVE_SHA256]: archive.sha256,
  };
  const lent = {
    place: { id: 0, owner: AT.owner, name: AT.repo, branch: 'main' },
    machine: 'desk',
    app: APP,
  };
  const clock = {
    now: () => new Date(),
    sleep: (milliseconds: number) => sleep(milliseconds).then(() => undefined),
  };
  const github = new Owner(
    connectOwner(clock, emulator.url, token),
    { ...lent, workflow: await templateBlob() },
    (_, why) => {
      throw new Error(why);
    },
  );
  const harness = new Harness(cache, `${emulator.url}/ada/descent.git`, 'ada/descent');
  await harness.fetch();
  let orders = 0;

  /** The swarm orders a run of one of the programs. */
  async function dispatch(program: string, change: Partial<Job> = {}): Promise<void> {
    const nonce = (++orders).toString(16).padStart(32, 'f');
    const job = jobOf({
      ...{ nonce, repository: 'ada/descent', pull: 1, incumbent: null, head: await git('rev-parse', 'HEAD') },
      blob: await git('rev-parse', `HEAD:train/${program}`),
      harness: await git('rev-parse', 'HEAD'),
      ...change,
    });
    const inputs = {
      job: JSON.stringify(job),
      labels: JSON.stringify(['self-hosted', `descent-job-${nonce}`]),
      title: `descent #1 explore 1 ${job.head} ${nonce}`,
    };
    await bot.rest.actions.createWorkflowDispatch({
      ...AT,
      workflow_id: 'experiment.yml',
      ref: 'main',
      inputs,
    });
  }

  /** The same, and the machine's client sees it. */
  async function order(program: string, change: Partial<Job> = {}): Promise<QueuedRun> {
    await dispatch(program, change);
    for (;;) {
      const [run] = await github.queued();
      if (run) return run;
      await sleep(50);
    }
  }

  /** Takes a run as the client does. */
  function take(run: QueuedRun, change: Partial<Around> = {}) {
    const [back, stop] = [new AbortController(), new AbortController()];
    const events: JobEvent[] = [];
    const gate = gateFor(
      {
        ...{
          repository: `${AT.owner}/${AT.repo}`,
          branch: 'main',
          commit: run.commit,
          workflow: WORKFLOW_PATH,
        },
        ...{ actor: `${APP}[bot]`, run: run.id, nonce: run.nonce, swarm: 'ada/descent', tracks: ['cpu'] },
      },
      harness,
      { follow: true },
    );
    const end: Promise<JobEnd> = github.mint(run.nonce).then((minted) =>
      runJob(run, {
        ...{ ...minted, api: emulator.url, env, github, gate, yield: back.signal, stop: stop.signal },
        tell: (event) => events.push(event),
        ...change,
      }),
    );
    return { end, events, back, stop };
  }

  return {
    folder,
    env,
    url: emulator.url,
    token,
    bot,
    git,
    github,
    dispatch,
    order,
    take,
    runners: async () => await github.forgetAll(),
    async close() {
      await emulator.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** Commits files to a new repository in a folder. @returns git there */
async function repository(folder: string, files: Record<string, string>) {
  for (const [path, text] of Object.entries(files)) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), text);
  }
  const git = async (...args: string[]) => (await execa('git', ['-C', folder, ...args])).stdout;
  await git('init', '--quiet', '--initial-branch', 'main');
  await git('add', '--force', '--all');
  await git('-c', 'user.name=ada', '-c', 'user.email=ada@x', 'commit', '--quiet', '--message', 'Begin');
  return git;
}
