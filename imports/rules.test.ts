import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, expect, it } from 'vitest';
import { cruiseImports } from './cruise.ts';
import { picture } from './picture.ts';

/** Each rule has a file here that breaks it. A rule that no longer reports its file does not work. */

let root: string;
afterEach(() => rm(root, { recursive: true }));

const FINE = {
  'core/text.ts': "import 'node:crypto';\nexport const text = 1;",
  'app/decide/plan.ts': "import { text } from '../../core/text.ts';\nexport const plan = text;",
  'app/main.ts': "import { plan } from './decide/plan.ts';\nexport const main = plan;",
  'cli/main.ts': 'export const agent = 1;',
  'node_modules/probot/package.json': '{"name":"probot","version":"1.0.0","main":"index.js"}',
  'node_modules/probot/index.js': 'module.exports = {};',
};

/** What the rules say about a small repository with these files more. */
async function cruise(files: { [path: string]: string }) {
  root = await mkdtemp(join(tmpdir(), 'descent-imports-'));
  for (const [path, text] of Object.entries({ ...FINE, ...files })) {
    await mkdir(dirname(join(root, path)), { recursive: true });
    await writeFile(join(root, path), text);
  }
  return cruiseImports(root);
}

it('says nothing about imports that are allowed, and draws them', async () => {
  const found = await cruise({
    'app/story.test.ts': "import '../cli/main.ts';",
    'bench/main.ts': "import { createRequire } from 'node:module';\ncreateRequire(import.meta.url);",
    'demo/main.ts': "const program = require.resolve('../app/main.ts');\nexport { program };",
  });
  expect(found.violations).toEqual([]);
  const arrows = picture(found)
    .split('\n')
    .filter((line) => line.includes('->'));
  expect(arrows).toEqual(['  app --> app_decide', '  app_decide --> core', '  demo -. starts .-> app']);
});

it.each<[string | RegExp, string, string]>([
  ['core imports nothing else of ours', 'core/a.ts', "import '../app/main.ts';"],
  [/^core imports .+ packages alone$/, 'core/a.ts', "import 'node:fs';"],
  ['app/decide imports no packages alone', 'app/decide/a.ts', "import 'node:fs';"],
  ['app/intake is apart from the rooms beside it', 'app/intake/a.ts', "import '../decide/plan.ts';"],
  [
    'app/decide/conclude is apart from the rooms beside it',
    'app/decide/conclude/a.ts',
    "import '../measure/b.ts';",
  ],
  [
    'app/decide/audits is apart from the rooms beside it',
    'app/decide/audits/a.ts',
    "import '../measure/b.ts';",
  ],
  [/^app\/decide\/rules imports only /, 'app/decide/rules/a.ts', "import '../measure/b.ts';"],
  [
    'app/say imports types alone of app/decide',
    'app/say/a.ts',
    "export { b } from '../decide/measure/b.ts';",
  ],
  ['probot is known to few files', 'app/reconcile.ts', "import 'probot';"],
  ['emulator imports nothing else of ours', 'emulator/a.ts', "export * from '../core/text.ts';"],
  [/^runner imports only /, 'runner/a.ts', "export type { a } from '../app/main.ts';"],
  ['setup imports Node packages alone', 'setup/a.mjs', "import 'probot';"],
  ['what is imported is there', 'bench/a.ts', "const child = require.resolve('./gone.ts');"],
  ['what serves tests stays with tests', 'emulator/a.ts', "import './fixtures/world.ts';"],
  ['no circle', 'demo/a.ts', "import './b.ts';"],
])('%s', async (rule, path, text) => {
  const { violations } = await cruise({
    [path]: text,
    'emulator/fixtures/world.ts': 'export {};',
    'app/decide/measure/b.ts': 'export {};',
    'demo/b.ts': path === 'demo/a.ts' ? "import './a.ts';" : 'export {};',
  });
  expect(
    violations.filter(({ from }) => from !== 'demo/b.ts').map((one) => [one.from, one.rule.name]),
  ).toEqual([[path, expect.stringMatching(rule)]]);
});

it('sees a program that is started as a child process', async () => {
  const start = "const child = require.resolve('../cli/main.ts');\nexport { child };";
  const { violations } = await cruise({ 'app/a.ts': start });
  expect(violations.map(({ from, to }) => `${from} -> ${to}`)).toEqual(['app/a.ts -> cli/main.ts']);
});
