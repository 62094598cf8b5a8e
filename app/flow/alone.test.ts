import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { aloneIn } from './alone.ts';

const where = { owner: 'descent', name: 'descent' };

async function scratch(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'descent-alone-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

it('what is to be done alone is done one after the other, and a failure is its own', async () => {
  const alone = aloneIn(await scratch(), where, () => expect.unreachable());
  let running = 0;
  const work = (value: number) => async () => {
    running += 1;
    expect(running).toBe(1);
    await new Promise((resolve) => setTimeout(resolve, 20));
    running -= 1;
    if (value < 0) throw new Error('down');
    return value;
  };
  const done = await Promise.allSettled([alone(work(1)), alone(work(-1)), alone(work(3))]);
  expect(done.map((one) => (one.status === 'fulfilled' ? one.value : String(one.reason)))).toEqual([
    1,
    'Error: down',
    3,
  ]);
});

it('without a place for the lock the work is done, once, and the reason is told', async () => {
  const file = join(await scratch(), 'a-file');
  await writeFile(file, '');
  const told: unknown[] = [];
  const alone = aloneIn(file, where, (error) => told.push(error));
  expect(await alone(async () => 7)).toBe(7);
  expect(told).toHaveLength(1);
});
