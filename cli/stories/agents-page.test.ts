import { chmod, mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Octokit } from '@octokit/rest';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { nameIdea, Reader } from '../../accept/docs/agent.ts';
import { blocksOf } from '../../accept/docs/blocks.ts';
import { JOINING_SENTENCE } from '../../core/rules/taking-part.ts';
import { REPO, Stage } from '../../testing/bot/stage.ts';

/** AGENTS.md to the letter: its own lines in bash, in the clone it prescribes. `npm run accept:docs` does it with real training. */

/** The second round starts where the first left the clone: on the branch of a pull request that has its verdict. */
const ROUNDS: [boolean, string][] = [
  [false, 'smaller batch'],
  [false, 'cosine schedule'],
  [true, 'wider heads'],
];
const ROOT = join(import.meta.dirname, '../..');
let stage: Stage;
beforeEach(async () => {
  stage = await Stage.open();
  await stage.begin(2);
});
afterEach(() => stage?.close());

/** `npx`, which the stage's repository has no packages for: it takes this checkout's command line, and only as the page calls it. */
async function withNpx(folder: string): Promise<string> {
  await mkdir(folder, { recursive: true });
  const script = `#!/bin/bash\n[ "$1 $2" = "--no descent" ] || { echo "npx $*: a stranger's package" >&2; exit 97; }\nshift 2\nexec '${process.execPath}' '${ROOT}/cli/main.ts' "$@"\n`;
  await writeFile(join(folder, 'npx'), script);
  await chmod(join(folder, 'npx'), 0o755);
  return folder;
}

test.each(['', 'train'])(
  'AGENTS.md, line by line, from "%s", round after round, without and with claim',
  async (from) => {
    const { token } = await stage.control.user('nova');
    const folder = join(stage.folder, 'nova');
    const env = {
      PATH: `${await withNpx(join(folder, 'bin'))}:${process.env.PATH}`,
      HOME: folder,
      ...{ GITHUB_TOKEN: token, GITHUB_API_URL: stage.emulator.url, DESCENT_CACHE: join(folder, 'cache') },
    };
    const reader = new Reader({
      ...{ folder, env, repository: `${stage.emulator.url}/descent/descent.git`, edit: nameIdea },
      confirm: async (said) => {
        const issue = Number(/\/issues\/(\d+)/.exec(said)![1]);
        const person = new Octokit({ baseUrl: stage.emulator.url, auth: token });
        await person.issues.createComment({ ...REPO, issue_number: issue, body: JOINING_SENTENCE });
      },
    });
    const page = await readFile(join(ROOT, 'AGENTS.md'), 'utf8');
    const [once, loop] = blocksOf('AGENTS.md', page);
    await reader.begin(once!);
    const machine = workOn();
    try {
      for (const [claims, idea] of ROUNDS) {
        const left = { try: 'it trains for real: npm run accept:docs' };
        await reader.round(loop!, { idea, claims, from, left });
      }
    } finally {
      await machine.stop();
    }
    const typed = reader.steps.filter((one) => one.executed);
    expect(typed.every((one) => one.ok)).toBe(true);
    expect(typed.map((one) => one.command).join('\n')).toMatch(/claim[\s\S]*submit[\s\S]*watch \d+/);

    const { data } = await stage.onlooker.pulls.list({ ...REPO, state: 'all' });
    expect(data.map((one) => one.title).sort()).toEqual([
      'the change in a few words: cosine schedule',
      'the change in a few words: smaller batch',
      'the change in a few words: wider heads',
    ]);
    for (const pull of data) {
      const files = await stage.onlooker.pulls.listFiles({ ...REPO, pull_number: pull.number });
      expect(files.data.map((one) => one.filename)).toEqual(['train/train.py']);
      expect(files.data[0]!.patch).toContain(`+IDEA = "${pull.title.split(': ')[1]}"`);
      expect(pull.labels.map((label) => label.name)).toContain('regressed');
    }
  },
  480_000,
);

/** A machine that takes what waits until it is stopped. */
function workOn() {
  let stopped = false;
  const work = (async () => {
    while (!stopped) {
      const taken = await stage.measureOn(0, { valBpb: 3 });
      if (!taken) await new Promise((resolve) => setTimeout(resolve, 200));
    }
  })();
  return {
    stop: async () => {
      stopped = true;
      await work;
    },
  };
}
