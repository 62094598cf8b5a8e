import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { execa } from 'execa';
import { type Enterprise, startEnterprise } from '../enterprise/index.ts';
import type { EmulatorOptions } from '../index.ts';
import { createApp } from '../world/accounts.ts';
import { registerMachine } from '../world/actions/machines.ts';
import { createCheck } from '../world/checks.ts';
import { installApp } from '../world/installations.ts';
import { createRepository } from '../world/repositories.ts';

/** What clients are tried on: `swarm/descent` with a workflow, orion's machine as a process of its own, an App, and the stranger nova. */

const require = createRequire(import.meta.url);

const EXPERIMENT = `name: experiment
run-name: \${{ inputs.title }}
on:
  workflow_dispatch:
    inputs:
      title: { type: string, required: true }
permissions:
  contents: read
jobs:
  measure:
    runs-on: [self-hosted, descent-cpu]
    steps:
      - name: Measure
        run: |
          echo "validation loss 3.25"
          echo '{"loss": 3.25}' > report.json
      - name: Hand over the report
        uses: actions/upload-artifact@v6
        with: { name: report, path: report.json }
`;
const FILES: { [path: string]: string } = {
  'README.md': '# Descent\n\nThe loss only goes down.\n',
  'train/train.py': 'BATCH = 64\n',
  '.github/workflows/experiment.yml': EXPERIMENT,
};

export interface Scene extends Enterprise {
  swarm: Account;
  nova: Account;
  /** A check run of the App on a commit of the repository, completed. */
  check(sha: string, name: string, conclusion: 'success' | 'failure'): Promise<void>;
}
type Account = Awaited<ReturnType<Enterprise['account']>>;

export async function openScene(options: Omit<EmulatorOptions, 'folder'> = {}): Promise<Scene> {
  const enterprise = await startEnterprise(options);
  const { emulator, folder } = enterprise;
  const { world } = emulator;
  const [swarm, nova] = [await enterprise.account('swarm'), await enterprise.account('nova')];
  const source = join(folder, 'source');
  await fill(source, swarm.env);
  const repository = await createRepository(world, world.user('swarm'), 'descent', source, 'HEAD');
  repository.description = 'A swarm that lowers one loss';
  const { app } = createApp(world, 'descent-bot', world.user('swarm'), { url: null, secret: '' });
  const installation = await installApp(world, app, [repository]);
  await enterprise.account('orion');
  const { token } = registerMachine(world, repository, 'orion.desk', 'orion', ['descent-cpu']);
  const work = join(folder, 'work');
  await mkdir(work);
  const main = require.resolve('../machine/main.ts');
  const args = [main, '--url', emulator.url, '--token', token, '--name', 'orion.desk', '--work', work];
  const machine = spawn(process.execPath, args, { stdio: 'ignore' });
  return {
    ...enterprise,
    swarm,
    nova,
    async check(sha, name, conclusion) {
      const { permissions, repositories } = installation;
      const bot = { kind: 'integration' as const, app, repositories, permissions, installation, job: null };
      const output = { title: 'measured', summary: 'The loss is 3.25.' };
      await createCheck(world, bot, repository, sha, { name, status: 'completed', conclusion, output });
    },
    async close() {
      machine.kill('SIGTERM');
      if (machine.exitCode === null) await once(machine, 'exit');
      await enterprise.close();
    },
  };
}

async function fill(source: string, env: { [name: string]: string }): Promise<void> {
  for (const [path, content] of Object.entries(FILES)) {
    await mkdir(dirname(join(source, path)), { recursive: true });
    await writeFile(join(source, path), content);
  }
  const git = (...args: string[]) => execa('git', args, { cwd: source, env, extendEnv: false });
  await git('init', '--quiet');
  await git('add', '--all', '--force');
  await git('commit', '--quiet', '--message', 'Begin');
}
