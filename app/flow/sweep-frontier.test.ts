import { afterEach, expect, it } from 'vitest';
import { gitBlob } from '../../core/git-blob.ts';
import { FrontierScene } from '../../testing/bot/frontier-scene.ts';
import type { Look } from '../model/event.ts';
import { Serial } from './serial.ts';
import { Soon } from './soon.ts';
import { sweepOne } from './sweep-repository.ts';

let scene: FrontierScene;
afterEach(() => scene.close());

it('a sweep looks at pull requests with adopted or composed files, closed or not', async () => {
  scene = await FrontierScene.open();
  const [a, b] = [gitBlob('a'), gitBlob('b')];
  const estimate = { loss: 1.9, variance: 1 };
  await scene.remember({
    chain: [
      {
        ...{ pull: 7, author: 'nova', title: 'Try', blob: a, from: null, head: scene.main, base: b },
        ...{ gain: 0.1, estimate, at: '2026-11-27T12:00:00Z', tried: false, brings: true },
      },
    ],
    compositions: [
      {
        ...{ pull: 8, blob: b, from: a, head: scene.main, onto: a, estimate },
        ...{ seen: { gain: 0.1, deviation: 0.1 }, dropped: false },
      },
    ],
  });
  const looked: Look['subject'][] = [];
  const serial = new Serial(
    async ({ subject }) => {
      looked.push(subject);
      return [];
    },
    (_, error) => {
      throw error;
    },
  );
  const bot = {
    ...{ port: scene.port, serial, leftForNextSweep: () => () => {} },
    pagesSoon: new Soon(0, 0, async () => {}),
    lastOrders: async () => [],
    alone: <T>(work: () => Promise<T>) => work(),
  };
  await sweepOne(bot);
  expect(looked).toEqual(
    expect.arrayContaining([
      { kind: 'pull', number: 7 },
      { kind: 'pull', number: 8 },
    ]),
  );
});
