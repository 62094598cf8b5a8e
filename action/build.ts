import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import { pathToFileURL } from 'node:url';
import { build } from 'esbuild';

/** `npm run build:action`: one file with the action, the runner and their packages, for a machine without node_modules. */

const repository = join(import.meta.dirname, '..');
const dist = join(import.meta.dirname, 'dist');

/** An older runner starts an action for Node 24 with the Node it has. The first newer call then fails with a useless message. */
const NODE_CHECK = `if (Number(process.versions.node.split('.')[0]) < 24) {
  console.log('::error::Descent measures on Node 24, which the Actions runner brings since 2.329; this one has Node ' + process.versions.node + '. Update the runner.');
  process.exit(1);
}`;

/** CommonJS packages still call `require` for Node's own modules. */
const BANNER = `// Made by npm run build:action. Do not edit; licences are in licenses.txt.
import { createRequire as makeRequire } from 'node:module';
const require = makeRequire(import.meta.url);
${NODE_CHECK}`;

/** What dist/ must hold, file by file. The same sources and packages give the same bytes. */
export async function bundleAction(): Promise<{ [file: string]: string }> {
  const result = await build({
    absWorkingDir: repository,
    entryPoints: ['action/main.ts'],
    bundle: true,
    write: false,
    metafile: true,
    platform: 'node',
    target: 'node24',
    format: 'esm',
    banner: { js: BANNER },
    legalComments: 'none',
    logLevel: 'error',
  });
  const inputs = Object.keys(result.metafile.inputs);
  return {
    'index.js': result.outputFiles[0]!.text,
    'licenses.txt': licenses(inputs),
  };
}

/** Name, version and licence text of every package in the bundle. */
function licenses(inputs: string[]): string {
  const folders = new Set(
    inputs.flatMap((input) => /^(?:.*\/)?node_modules\/(?:@[^/]+\/)?[^/]+/.exec(input)?.[0] ?? []),
  );
  return [...folders].sort().map(license).join('\n');
}

function license(folder: string): string {
  const path = join(repository, folder);
  const { name, version, license: kind } = JSON.parse(readFileSync(join(path, 'package.json'), 'utf8'));
  const title = `${name} ${version}, ${kind}`;
  return `${title}\n${'-'.repeat(title.length)}\n${licenseText(path).trim()}\n`;
}

function licenseText(path: string): string {
  for (const file of ['LICENSE', 'LICENSE.md', 'license', 'LICENSE.txt', 'LICENSE-MIT.txt']) {
    try {
      return readFileSync(join(path, file), 'utf8').replaceAll('\r\n', '\n');
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    }
  }
  return '(the package carries no licence text)';
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const files = await bundleAction();
  await rm(dist, { recursive: true, force: true });
  for (const [file, text] of Object.entries(files)) {
    await mkdir(dirname(join(dist, file)), { recursive: true });
    await writeFile(join(dist, file), text);
    const digest = createHash('sha256').update(text).digest('hex').slice(0, 12);
    console.log(`${relative(repository, join(dist, file))}  ${Math.ceil(text.length / 1024)} KiB  ${digest}`);
  }
}
