import { afterEach, expect, it } from 'vitest';
import { CONFIG, Stage } from '../../testing/bot/stage.ts';

let stage: Stage;
afterEach(() => stage.close());

const BEGIN = `${Array.from({ length: 40 }, (_, i) => `line_${i} = ${i}`).join('\n')}\n`;
const body = (more = '') =>
  `\`\`\`yaml\nhypothesis: Fewer attention heads leave more width for each.\n${more}\`\`\`\n`;
const change = (line: string) => BEGIN.replace('line_20 = 20\n', `line_20 = 20\n${line}\n`);

it('a near duplicate of a crash is warned before a machine is asked, and says what differs', async () => {
  stage = await Stage.open({ 'train/train.py': BEGIN });
  await stage.begin(2);
  const heads = change('attention_heads = model_width // 192');
  const crash = await stage.open('nova', heads, { title: 'Fewer heads', body: body() });
  await stage.measure({
    outcome: 'crashed',
    reason: { code: 'training-exception', status: 1 },
    valBpb: null,
    probes: null,
    log: 'Traceback\nAssertionError: the width must divide by the heads\n',
  });
  // While others wait or run: a pull request that is alone has none to wait behind.
  await stage.open('lyra', change('warmup_steps = 100'), {
    title: 'Warm up',
    body: '## Hypothesis\nA slow start keeps the first updates from throwing the weights about.\n',
  });
  const again = change('attention_heads = model_width // 191');
  const number = await stage.open('vega', again, { title: 'Fewer heads, once more', body: body() });
  expect((await stage.codes(number)).rules).toMatchObject({ similar: 'waits-behind' });
  expect(await stage.links(number)).toEqual([`result of #${crash}`]);

  const agent = stage.agentOf('vega');
  const differs = body('differs: The width is rounded up first, so that it divides.\n');
  await agent.pulls.update({ owner: 'descent', repo: 'descent', pull_number: number, body: differs });
  await stage.settle();
  expect(await stage.links(number)).toEqual([]);
  await stage.measure({ valBpb: 3 });
  await stage.measure({ valBpb: 1.5 });
  expect(await stage.view(number)).toMatchObject({ merged: true, labels: ['improved'] });

  const other = await stage.open(
    'orion',
    change('momentum_of_muon = 0.97').replace('line_3 = 3', 'line_3 = 4'),
    {
      title: 'More momentum',
      body: '## Hypothesis\nSmoother updates lower the noise of gradients.\n',
    },
  );
  expect((await stage.view(other)).comments).toEqual([]);
});

const crash = {
  outcome: 'crashed',
  reason: { code: 'training-exception', status: 1 },
  log: 'Traceback\nAssertionError: the width must divide by the heads\n',
  valBpb: null,
  probes: null,
} as const;
const linked = (...numbers: number[]) => Promise.all(numbers.map((number) => stage.links(number)));
const said = async (number: number) => (await stage.view(number)).comments[0] ?? '';

it('of two that propose the same the first keeps its place, and the second learns which one it is like', async () => {
  stage = await Stage.open({
    'train/train.py': BEGIN,
    '.github/descent.yml': CONFIG.replace('capacity: 2', 'capacity: 1'),
  });
  await stage.begin(2);
  const running = await stage.open('nova', change('warmup_steps = 100'), {
    body: '## Hypothesis\nA slow start keeps the first updates from throwing the weights about.\n',
  });
  const first = await stage.open('lyra', change('attention_heads = model_width // 192'), {
    title: 'Fewer heads @nova',
    body: body(),
  });
  const second = await stage.open('vega', change('attention_heads = model_width // 191'), { body: body() });
  const other = await stage.open('orion', change('momentum_of_muon = 0.97'), {
    body: '## Hypothesis\nSmoother updates lower the noise of gradients.\n',
  });

  expect(await stage.codes(first)).toMatchObject({ state: 'queued' });
  expect(await stage.codes(second)).toMatchObject({ state: 'later', rules: { similar: 'waits-behind' } });
  expect(await stage.codes(other)).toMatchObject({ state: 'queued' });
  expect(await linked(first, second, other)).toEqual([[], [`#${first}`], []]);

  const order: number[] = [];
  for (const change of [{ valBpb: 3 }, crash, { valBpb: 3 }])
    order.push((await stage.measure(change)).job.pull!);
  expect(order).toEqual([running, first, other]);
  expect(await linked(second)).toEqual([[`result of #${first}`]]);
});

it('one that is alone is dispatched directly, and its verdict says what it was like', async () => {
  stage = await Stage.open({ 'train/train.py': BEGIN });
  await stage.begin(2);
  const first = await stage.open('nova', change('attention_heads = model_width // 192'), { body: body() });
  await stage.measure(crash);
  expect(await linked(first)).toEqual([[`result of #${first}`]]);

  const second = await stage.open('vega', change('attention_heads = model_width // 191'), { body: body() });
  const taken = await stage.take();
  expect(taken?.job.pull).toBe(second);
  expect(await said(second)).toBe('');
  await stage.finish(taken!, { valBpb: 3 });
  expect(await stage.codes(second)).toMatchObject({ state: 'verdict', conclusion: 'failure' });
  expect(await linked(second)).toEqual([[`result of #${second}`, `result of #${first}`]]);
});

it('a description that is edited is read again: what it says now counts', async () => {
  stage = await Stage.open({
    'train/train.py': BEGIN,
    '.github/descent.yml': CONFIG.replace('capacity: 2', 'capacity: 1'),
  });
  await stage.begin(2);
  const slow = '## Hypothesis\nA slow start keeps the first updates from throwing the weights about.\n';
  const first = await stage.open('nova', change('warmup_steps = 100'), { body: slow });
  const second = await stage.open('vega', change('momentum_of_muon = 0.97'), { body: body() });
  expect(await linked(second)).toEqual([[]]);
  const edit = { owner: 'descent', repo: 'descent', pull_number: first, body: body() };
  await stage.agentOf('nova').pulls.update(edit);
  await stage.settle();
  await stage.bot!.descent.sweep(null);
  expect(await linked(second)).toEqual([[`#${first}`]]);
});

it('what a verdict says of the past stays as it was that day, however often it is looked at', async () => {
  stage = await Stage.open({
    'train/train.py': BEGIN,
    '.github/descent.yml': CONFIG.replace('merge: true', 'merge: false'),
  });
  await stage.begin(2);
  const first = await stage.open('nova', change('attention_heads = model_width // 192'), { body: body() });
  await stage.measure(crash);
  const ready = await stage.open('vega', change('attention_heads = model_width // 191'), { body: body() });
  await stage.measure({ valBpb: 1.5 });
  const verdict = await said(ready);
  expect(await linked(ready)).toEqual([[`result of #${ready}`, `result of #${first}`]]);
  const later = await stage.open('lyra', change('attention_heads = model_width // 190'), { body: body() });
  await stage.measure(crash);
  await stage.bot!.descent.sweep(null);
  expect((await linked(later))[0]).toContain(`result of #${ready}`);
  expect(await said(ready)).toBe(verdict);
});
