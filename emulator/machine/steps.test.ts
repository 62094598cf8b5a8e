import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { openScene, type Scene } from '../testing/scene.ts';

/** What a workflow may say in its steps, played by the machine. */

const HEAD = `
on:
  workflow_dispatch:
    inputs:
      word: {type: string, default: none}
permissions: {contents: read}
`;

const WORKFLOWS = {
  'flow.yml': `${HEAD}
env: {FROM_WORKFLOW: w}
jobs:
  measure:
    runs-on: [self-hosted, descent-cpu]
    env: {FROM_JOB: j}
    steps:
      - id: first
        env: {WORD: '\${{ inputs.word }}'}
        run: |
          echo "word=$WORD" >> "$GITHUB_OUTPUT"
          echo "LATER=$FROM_WORKFLOW$FROM_JOB" >> "$GITHUB_ENV"
          echo "::notice::token is \${{ github.token }}"
      - name: Fail
        run: exit 3
        continue-on-error: true
      - name: Check
        run: test "$LATER" = wj && test '\${{ steps.first.outputs.word }}' = swan && test -z "$GITHUB_TOKEN"
      - name: Break
        run: 'false'
      - name: Skipped
        run: echo never
      - name: Always
        if: always() && steps.first.outputs.word != ''
        run: 'true'
`,
  'serverless.yml': `${HEAD}
jobs:
  sweep:
    if: vars.DESCENT_SERVERLESS == 'true'
    runs-on: [self-hosted, descent-cpu]
    steps:
      - uses: actions/setup-node@0123456789012345678901234567890123456789
        with: {node-version: ${process.versions.node.split('.')[0]}, package-manager-cache: false}
      - run: test '\${{ vars.descent_serverless }} \${{ github.event.repository.default_branch }}' = 'true main'
`,
  'slow.yml': `${HEAD}
jobs:
  measure:
    runs-on: [self-hosted, descent-cpu]
    steps:
      - name: Too slow
        timeout-minutes: 0.01
        run: sleep 600
`,
  'foreign.yml': `${HEAD}
jobs:
  measure:
    runs-on: [self-hosted, descent-cpu]
    steps:
      - uses: someone/else@0123456789012345678901234567890123456789
`,
  'escape.yml': `${HEAD}
jobs:
  measure:
    runs-on: [self-hosted, descent-cpu]
    steps:
      - uses: ./../../outside
`,
};

let scene: Scene;
beforeAll(async () => {
  scene = await openScene(async (source) => {
    const folder = join(source, '.github', 'workflows');
    await mkdir(folder, { recursive: true });
    for (const [name, text] of Object.entries(WORKFLOWS)) await writeFile(join(folder, name), text);
  });
});
afterEach(() => scene.nothingLeft());
afterAll(() => scene?.close());

/** Runs a workflow to its end. */
async function play(workflow: keyof typeof WORKFLOWS, inputs = {}) {
  const before = scene.events.length;
  const run = await scene.dispatch(workflow, inputs);
  const conclusion = await scene.conclusionOf(run);
  const events = scene.events.slice(before);
  const steps = events.filter((event) => event.event === 'step' && event.conclusion !== null);
  const shown = steps.map((event) => (event.event === 'step' ? `${event.name}: ${event.conclusion}` : ''));
  const job = events.find((event) => event.event === 'job')?.job;
  const log = await scene.read(`/actions/jobs/${job}/logs`);
  return { conclusion, steps: shown, events, log };
}

test('variables, outputs, conditions and failures work as on GitHub', async () => {
  const { conclusion, steps, events, log } = await play('flow.yml', { word: 'swan' });
  expect(steps.slice(1)).toEqual([
    'Fail: success',
    'Check: success',
    'Break: failure',
    'Skipped: skipped',
    'Always: success',
  ]);
  expect(conclusion).toBe('failure');
  expect(log).toContain('##[notice]token is ***\n');
  expect(events.filter((event) => event.event === 'command')).toMatchObject([
    { command: { name: 'notice' } },
  ]);
});

test('a step that takes too long fails, its processes with it', async () => {
  const { conclusion, steps } = await play('slow.yml');
  expect(steps).toEqual(['Too slow: failure']);
  expect(conclusion).toBe('failure');
});

test('an action this machine does not play fails the job', async () => {
  const { conclusion, log } = await play('foreign.yml');
  expect(conclusion).toBe('failure');
  expect(log).toContain('##[error]this machine does not play someone/else@');
});

test('an action outside the checkout is not executed', async () => {
  const { conclusion, log } = await play('escape.yml');
  expect(conclusion).toBe('failure');
  expect(log).toContain('##[error]./../../outside lies outside the workspace');
});

test('a job waits for a variable, and reads it', async () => {
  const skipped = await scene.dispatch('serverless.yml', {});
  expect(await scene.conclusionOf(skipped)).toBe('skipped');
  await scene.ask('POST', '/actions/variables', { name: 'DESCENT_SERVERLESS', value: 'true' });
  const run = await scene.dispatch('serverless.yml', {});
  expect(await scene.conclusionOf(run)).toBe('success');
});
