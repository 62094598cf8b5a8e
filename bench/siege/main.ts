import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Command } from 'commander';

/** `npm run siege`: runs every attack that the repository knows, by its tests and the zoo, and says which were stopped. */

const root = join(import.meta.dirname, '..', '..');
const SUITES: Record<string, string[]> = {
  escapes: ['runner/sandbox', 'runner/between-jobs.test.ts'],
  forgeries: ['app/intake/report/report.test.ts', 'app/stories/forgery.test.ts'],
  channels: [
    ...['runner/sandbox/bubblewrap/bubblewrap.test.ts', 'bench/channels/channels.test.ts'],
    ...['-t', 'page|kernel keeps|leaves|processors|a note arrives'],
  ],
  owners: [
    'app/stories/outliers.test.ts',
    'app/stories/repeated-loss.test.ts',
    'app/stories/words-of-owners.test.ts',
    'app/decide/audits',
  ],
};
const PARTS = ['zoo', ...Object.keys(SUITES)];

interface Held {
  part: string;
  held: number;
  broken: string[];
}

const options = new Command('siege')
  .description('Run zoo, escapes, forgeries, channels and owners’ attacks, and print which were stopped.')
  .option('--only <parts>', `these alone, with commas: ${PARTS.join(',')}`)
  .option('--json', 'print the result as JSON, last on standard output')
  .parse()
  .opts<{ only?: string; json?: boolean }>();

const parts = options.only?.split(',') ?? PARTS;
const unknown = parts.filter((part) => !PARTS.includes(part));
if (unknown.length > 0) throw new Error(`--only names ${unknown.join(', ')}: choose of ${PARTS.join(', ')}.`);

const seen: Held[] = [];
for (const part of parts) {
  console.error(`${part} ...`);
  const result = part === 'zoo' ? await zoo() : await suite(part);
  seen.push(result);
  console.error(`${part}: ${result.held} held, ${result.broken.length} did not ${result.broken.join('; ')}`);
}
if (options.json) console.log(JSON.stringify({ parts: seen }));
process.exitCode = seen.every(({ held, broken }) => held > 0 && broken.length === 0) ? 0 : 1;

async function zoo(): Promise<Held> {
  const said = await run(['runner/zoo/main.ts', '--json']);
  const last = said.trim().split('\n').at(-1) || '{"cheaters":[]}';
  const { cheaters } = JSON.parse(last) as { cheaters: { name: string; ok: boolean }[] };
  const broken = cheaters.filter(({ ok }) => !ok).map(({ name }) => name);
  return { part: 'zoo', held: cheaters.length - broken.length, broken };
}

async function suite(part: string): Promise<Held> {
  const folder = await mkdtemp(join(tmpdir(), 'descent-siege-'));
  const output = join(folder, 'tests.json');
  try {
    const vitest = 'node_modules/vitest/vitest.mjs';
    await run([
      vitest,
      'run',
      ...SUITES[part]!,
      '--reporter=json',
      `--outputFile=${output}`,
      '--testTimeout=120000',
    ]);
    if (!existsSync(output)) return { part, held: 0, broken: ['the tests did not run'] };
    const report = JSON.parse(await readFile(output, 'utf8')) as {
      testResults: {
        name: string;
        status: string;
        assertionResults: { fullName: string; status: string }[];
      }[];
    };
    const tests = report.testResults.flatMap((file) => file.assertionResults);
    const files = report.testResults.filter((f) => f.status === 'failed' && f.assertionResults.length === 0);
    const failed = tests.filter(({ status }) => status === 'failed').map(({ fullName }) => fullName);
    const held = tests.filter(({ status }) => status === 'passed').length;
    return { part, held, broken: [...failed, ...files.map(({ name }) => name)] };
  } finally {
    await rm(folder, { recursive: true });
  }
}

/** What it printed on standard output; its progress goes to ours. */
function run(args: string[]): Promise<string> {
  const child = spawn(process.execPath, args, { cwd: root, stdio: ['ignore', 'pipe', 'inherit'] });
  let said = '';
  child.stdout.on('data', (chunk) => {
    said += chunk;
  });
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', () => resolve(said));
  });
}
