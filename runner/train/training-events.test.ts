import { PassThrough } from 'node:stream';
import { finished } from 'node:stream/promises';
import { describe, expect, test } from 'vitest';
import { TrainingEvents } from './training-events.ts';

async function hear(...chunks: string[]): Promise<TrainingEvents> {
  const events = new TrainingEvents();
  const stream = new PassThrough();
  let clock = 0;
  events.follow(
    stream,
    () => clock++,
    () => undefined,
  );
  for (const chunk of chunks) stream.write(chunk);
  stream.end();
  await finished(stream);
  return events;
}

const log = (fields: object) =>
  `${JSON.stringify({ event: 'log', step: 1, loss: 1, seconds: 0, metrics: {}, ...fields })}\n`;

describe('what the program says while it trains', () => {
  test('a long training keeps at most 200 evenly spaced points, the first among them', async () => {
    const { curve } = {
      curve: (await hear(...Array.from({ length: 5000 }, (_, step) => log({ step })))).curve(),
    };
    expect(curve.length).toBeLessThan(200);
    expect(curve.length).toBeGreaterThan(90);
    expect(curve[0]?.step).toBe(0);
    const gaps = new Set(curve.slice(1).map((point, index) => point.step - curve[index]!.step));
    expect(gaps.size).toBe(1);
  });

  test('what is no event is dropped, and the rest still heard', async () => {
    const events = await hear(
      'hello\n{"event":"log"}\n[]\nnull\n{"event":"log","step":-1,"loss":1,"metrics":{}}\n{"event":"log","step":1,"loss":1e999,"metrics":{}}\n',
      `${'x'.repeat(200_000)}\n`,
      log({ step: 3, loss: 2.5 }).slice(0, 20),
      log({ step: 3, loss: 2.5 }).slice(20),
      '{"event":"done","seconds":1,"peak_memory_mib":77}\n',
    );
    expect(events.curve()).toMatchObject([{ step: 3, loss: 2.5 }]);
    expect(events.peakMemoryMiB).toBe(77);
  });

  test('metrics: the last value of at most 50, with plain names', async () => {
    const many = Object.fromEntries(Array.from({ length: 100 }, (_, index) => [`m${index}`, index]));
    const events = await hear(
      log({ metrics: { lr: 1, 'bad name': 1, gone: null } }),
      log({ metrics: { lr: 2, ...many } }),
    );
    expect(Object.keys(events.metrics())).toHaveLength(50);
    expect(events.metrics()).toMatchObject({ lr: 2, m0: 0 });
  });
});
