// Data sets, by train/prepare.py. A marker keyed by what makes them keeps the next start instant.
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { cacheFolder, dataFolder, pythonInterpreter } from './paths.mjs';
import { findUv } from './python-environment.mjs';
import { step, withLock } from './step.mjs';

/**
 * @param {string} repository
 * @param {string} name of the data set
 */
export async function prepareData(repository, name) {
  const data = join(cacheFolder(), 'data');
  const marker = join(data, `.${name}-${recipe(repository)}`);
  const ready = () => existsSync(marker) && existsSync(join(dataFolder(cacheFolder(), name), 'meta.json'));
  if (ready()) return;
  mkdirSync(data, { recursive: true });
  await withLock(join(data, `.${name}.lock`), async () => {
    if (ready()) return;
    if (name === 'pysource') await findUv(pythonInterpreter(repository)); // it fetches the wheels
    await step(
      `data set ${name}`,
      [
        pythonInterpreter(repository),
        join(repository, 'train', 'prepare.py'),
        name,
        '--cache',
        cacheFolder(),
      ],
      {
        progress: name !== 'pysource', // it takes seconds; the others download for minutes
        remedy: `Read the lines above, then: npm run prepare:data -- ${name}`,
      },
    );
    writeFileSync(marker, '');
  });
}

/**
 * A digest of the code that makes data sets.
 * @param {string} repository
 */
function recipe(repository) {
  const train = join(repository, 'train');
  const datasets = join(train, 'datasets');
  const files = [
    'uv.lock',
    'prepare.py',
    ...(existsSync(datasets)
      ? readdirSync(datasets)
          .sort()
          .map((f) => join('datasets', f))
      : []),
  ];
  const hash = createHash('sha256');
  for (const file of files)
    if (/\.(py|lock|txt|json)$/.test(file)) hash.update(readFileSync(join(train, file)));
  return hash.digest('hex').slice(0, 12);
}
