import { afterEach, expect, it } from 'vitest';
import { Stage } from '../testing/stage.ts';

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
    reason: 'AssertionError: the width must divide by the heads',
    valBpb: null,
    probes: null,
    log: 'AssertionError',
  });
  // While others wait or run: alone, a request has nobody to wait behind.
  await stage.open('lyra', change('warmup_steps = 100'), {
    title: 'Warm up',
    body: '## Hypothesis\nA slow start keeps the first updates from throwing the weights about.\n',
  });
  const again = change('attention_heads = model_width // 191');
  const number = await stage.open('vega', again, { title: 'Fewer heads, once more', body: body() });
  const said = (await stage.view(number)).comments[0];
  expect(said).toContain('Much like this was tried before');
  expect(said).toContain(`[#${crash}]`);
  expect(said).toContain('the width must divide by the heads');

  const agent = stage.agentOf('vega');
  const differs = body('differs: The width is rounded up first, so that it divides.\n');
  await agent.pulls.update({ owner: 'descent', repo: 'descent', pull_number: number, body: differs });
  await stage.settle();
  expect((await stage.view(number)).comments[0]).not.toContain('Much like this');
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
