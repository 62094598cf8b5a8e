// npm packages, and with them Node 24.
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { cacheFolder } from './paths.mjs';
import { SetupError, step, withLock } from './step.mjs';

/** @param {string} repository */
export async function installPackages(repository) {
  const wanted = createHash('sha256')
    .update(readFileSync(join(repository, 'package-lock.json')))
    .digest('hex');
  const marker = join(repository, 'node_modules', '.descent-lock');
  const ready = () => existsSync(marker) && readFileSync(marker, 'utf8') === wanted;
  if (ready()) return;
  await withLock(
    join(cacheFolder(), 'locks', createHash('sha256').update(repository).digest('hex').slice(0, 12)),
    async () => {
      if (ready()) return;
      await step(
        'npm packages and Node 24 (about a minute)',
        // Not `npm ci`: it refuses a lock that lacks other systems' optional binaries, which registry mirrors often leave out.
        // What the lock does name is installed as locked, and the lock stays as it is.
        ['npm', 'install', '--no-save', '--no-audit', '--no-fund', '--loglevel=error'],
        {
          cwd: repository,
          remedy: 'Check that the npm registry can be reached, then: npm install --no-save',
        },
      );
      if (!existsSync(join(repository, 'node_modules', '.bin', 'node'))) {
        throw new SetupError(
          "Node 24 is missing: npm skipped install scripts, and the package 'node' needs its own.",
          'npm install --no-save --ignore-scripts=false',
        );
      }
      writeFileSync(marker, wanted);
    },
  );
}
