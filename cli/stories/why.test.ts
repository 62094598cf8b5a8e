import { join } from 'node:path';
import { execa } from 'execa';
import { afterEach, expect, test } from 'vitest';
import type { Reason } from '../../core/formats/reasons.ts';
import { Stage } from '../../testing/bot/stage.ts';
import { user } from '../../testing/clone/clone.ts';

let stage: Stage;
afterEach(() => stage?.close());

function flat(reasons: Reason[]): Reason[] {
  return reasons.flatMap((one) => [one, ...flat(one.because)]);
}

/** What `descent why N` answers to somebody without a token; `codes` and `all` in the order in which it prints them. */
async function reasons(pull: number): Promise<{ codes: string[]; out: string; all: Reason[] }> {
  const clone = join(stage.folder, 'clone');
  await execa('git', ['clone', '--quiet', `${stage.emulator.url}/descent/descent.git`, clone]).catch(() =>
    execa('git', ['-C', clone, 'pull', '--quiet']),
  );
  const reader = user(clone, join(stage.folder, 'cache'), { GITHUB_API_URL: stage.emulator.url });
  const { out } = await reader.descent('why', String(pull));
  const { value } = await reader.json('why', String(pull));
  const all = flat(value.reasons as Reason[]);
  return { codes: all.map((one) => `${one.rule} ${one.said} ${one.code}`), out, all };
}

test('a merged, a refused and an inconclusive pull request each show every rule that was asked', async () => {
  stage = await Stage.open();
  await stage.begin(2);
  const merged = await stage.open('nova', 'print("better")\n');
  await stage.measure({ valBpb: 1.5 });
  const better = await reasons(merged);
  expect(better.codes).toEqual(
    expect.arrayContaining([
      'first-incumbent passed measured',
      'verdict decided improved',
      'merge acts merged',
    ]),
  );
  expect(better.out).toMatch(/^#\d+ improved[\s\S]*\n {2}merge acts \(merged\): /);

  const refused = await stage.open('vega', 'print("x")\n', { body: 'no reason given' });
  await stage.settle();
  const shown = await reasons(refused);
  expect(shown.codes.slice(-5)).toEqual([
    'eligibility refused needs-work',
    'base passed fine',
    'paths passed fine',
    'file passed fine',
    'description refused needs-work',
  ]);
  expect(shown.out).toMatch(/\n {2}eligibility refused .*\n {4}base passed .*\n {4}paths passed /);
  expect(shown.all.at(-1)!.saw).toContain('hypothesis');

  const close = await stage.open('orion', 'print("other")\n');
  await stage.measure({ valBpb: 1.45 });
  const asked = await reasons(close);
  expect(asked.codes).toContain('verdict decided inconclusive');
  expect(asked.out).toMatch(
    /\n {4}acceptance decided \(within-margin\): .*\n {6}runs .*\n {8}run .*\n {6}gain refused \(within-margin\): /,
  );
});
