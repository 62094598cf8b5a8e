import { chmod, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { Octokit } from '@octokit/rest';
import { JOINING_LABEL } from '../../core/formats/labels.ts';
import { JOINING_SENTENCE } from '../../core/rules/taking-part.ts';
import { makeRepository } from '../../demo/repository.ts';
import { untuned } from '../../demo/requests.ts';
import { borrowedCache } from '../../testing/borrowed-cache.ts';
import { Processes } from '../../testing/town/processes.ts';
import { startTown } from '../../testing/town/start.ts';
import { REPO, type Town } from '../../testing/town/town.ts';
import { nameIdea, PageError, Reader, type Step } from './agent.ts';
import { blocksOf } from './blocks.ts';
import { leftOut } from './other-pages.ts';

const HELP = `Usage: npm run accept:docs [-- --json] [--from FOLDER]...

Follows AGENTS.md to the letter, in the clone it prescribes, from its top and from train/: a round of the loop without a claim, one
with. A GitHub, the bot and a machine of its own; every loss is from real training. Then what README.md and docs/operating.md tell people
to type, as far as a machine can; what is left out is listed with the reason.

  --json          one JSON document: {"ok", "steps": [{"page", "line", "command", "executed", "ok", "where", "why"}]}
  --from FOLDER   only from this folder of the clone ("." is the top)`;

const ROOT = join(import.meta.dirname, '../..');

/** The environment of a person who only cloned: without this checkout's tools on the path. */
function environment(token: string, url: string, cache: string): Record<string, string> {
  const path = (process.env.PATH ?? '').split(delimiter).filter((folder) => !folder.includes('node_modules'));
  const own = Object.entries(process.env).filter(([name]) => !/^(npm_|DESCENT_|GH_|GITHUB_|GIT_)/.test(name));
  return {
    ...(Object.fromEntries(own) as Record<string, string>),
    ...{ PATH: path.join(delimiter), GITHUB_TOKEN: token, GITHUB_API_URL: url, DESCENT_CACHE: cache },
  };
}

async function readerIn(town: Town, folder: string, login: string, cache: string): Promise<Reader> {
  const { token } = await town.control.user(login);
  await mkdir(folder);
  return new Reader({
    ...{ folder, env: environment(token, town.url, cache), repository: town.cloneUrl, edit: nameIdea },
    // The packages of this checkout: npm itself is not what is tried.
    cloned: (clone) => symlink(join(ROOT, 'node_modules'), join(clone, 'node_modules')),
    confirm: async (said) => {
      const issue = Number(/\/issues\/(\d+)/.exec(said)![1]);
      const person = new Octokit({ baseUrl: town.url, auth: token });
      await person.issues.createComment({ ...REPO, issue_number: issue, body: JOINING_SENTENCE });
    },
  });
}

async function untilOpen(town: Town): Promise<void> {
  for (let tries = 0; tries < 100; tries += 1) {
    const { data } = await town.onlooker.issues.listForRepo({ ...REPO, labels: JOINING_LABEL });
    if (data.length > 0) return;
    await sleep(300);
  }
  throw new Error('The bot has not opened the issue where people confirm that they take part.');
}

async function page(name: string) {
  return blocksOf(name, await readFile(join(ROOT, name), 'utf8'));
}

/** @param say hears of each step as it is done */
async function follow(processes: Processes, froms: string[], say: (step: Step) => void): Promise<Step[]> {
  const { folder } = processes;
  const steps: Step[] = [];
  const readers: Reader[] = [];
  try {
    const origin = await makeRepository(ROOT, join(folder, 'origin'), untuned, { margin: 0.1 });
    const { town } = await startTown(processes, origin, [{ owner: 'ada', name: 'desk' }]);
    await untilOpen(town);
    const own = ['memory', 'clones', 'lend', 'locks'];
    const cache = await borrowedCache(join(folder, 'cache'), own);
    const [once, loop] = await page('AGENTS.md');
    for (const from of froms) {
      const name = from === '' ? 'top' : from.replace(/\W/g, '-');
      const reader = await readerIn(town, join(folder, name), `agent-${name}`, cache);
      readers.push(reader);
      reader.heard = say;
      await reader.begin(once!);
      for (const claims of [false, true])
        await reader.round(loop!, { idea: `${name} idea ${claims ? 2 : 1}`, claims, from, left: {} });
    }
    const credentials = Object.entries({ ...town.credentials, DESCENT_CACHE: join(folder, 'bot') });
    const reader = readers[0]!;
    const env = credentials.map(([key, value]) => `${key}="${value}"\n`).join('');
    await writeFile(join(reader.clone, '.env'), env, { mode: 0o600 });
    reader.goTo('');
    for (const name of ['README.md', 'docs/operating.md'])
      for (const command of (await page(name)).flat()) {
        const why = leftOut(command);
        if (why === null) await reader.type(command);
        else reader.leave(command, why);
      }
  } catch (error) {
    if (!(error instanceof PageError)) throw error;
  } finally {
    steps.push(...readers.flatMap((one) => one.steps));
  }
  return steps;
}

const { values } = parseArgs({
  options: {
    json: { type: 'boolean', default: false },
    from: { type: 'string', multiple: true, default: ['.', 'train'] },
    help: { type: 'boolean', short: 'h', default: false },
  },
});
if (values.help) console.log(HELP);
else {
  const folder = await mkdtemp(join(tmpdir(), 'descent-accept-docs-'));
  await chmod(folder, 0o755); // the sandbox's user reads the Python environment through it
  const processes = new Processes(ROOT, folder);
  const leave = async () => {
    await processes.close();
    await rm(folder, { recursive: true, force: true, maxRetries: 5 });
  };
  // Not `once`: execa ends the process when no other listener is left.
  for (const signal of ['SIGINT', 'SIGTERM'] as const)
    process.on(signal, () => void leave().finally(() => process.exit(130)));
  const say = ({ page: name, line, command, executed, ok, where, why }: Step) => {
    const mark = executed ? (ok ? 'ok    ' : 'FAILED') : 'left  ';
    const said = why === null ? '' : `\n         ${why}`;
    console.error(`${mark} ${name}:${line} ${command.split('\n')[0]}${where ? `  (${where})` : ''}${said}`);
  };
  try {
    const froms = values.from.map((from) => (from === '.' ? '' : from));
    const steps = await follow(processes, froms, say);
    const ok = steps.length > 0 && steps.every((step) => step.ok);
    if (values.json) console.log(JSON.stringify({ ok, steps }, null, 2));
    else {
      const typed = steps.filter((step) => step.executed).length;
      console.log(`${ok ? 'ok' : 'FAILED'}: ${typed} commands typed, ${steps.length - typed} left out`);
    }
    process.exitCode = ok ? 0 : 1;
  } finally {
    await leave();
  }
}
