import { IncomingMessage, ServerResponse } from 'node:http';
import { Socket } from 'node:net';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { eventLine } from '../../core/formats/events.ts';
import { CONFIG } from '../../testing/examples/config.ts';
import type { MainReading } from '../github/port.ts';
import { Channel } from './channel.ts';
import { Listener } from './listener.ts';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

/** A repository whose events grow with each reading. */
function repository() {
  const said = { readings: 0, failures: 0, isDown: false, text: '' };
  const line = (n: number) =>
    eventLine({ kind: 'machine', at: '2026-11-27T00:00:00Z', track: 'cpu', machine: `m${n}`, owner: 'ada' });
  const readMain = async (): Promise<MainReading> => {
    said.readings += 1;
    if (said.isDown) throw new Error('GitHub is down');
    said.text += `${line(said.readings)}\n`;
    return {
      repository: { id: 'R', owner: 'o', name: 'r', url: '', archived: false, isPublic: true, labels: [] },
      bot: 'descent[bot]',
      main: {
        ...{ oid: 'd'.repeat(40), tree: '', branch: 'main', config: CONFIG, leaderboard: null, ledger: null },
        ...{ train: null, harness: null, events: { number: 0, text: said.text } },
      },
      ...{ queue: [], frontiers: {}, closed: [], carrier: null },
    };
  };
  const channel = new Channel({
    port: { readMain, readFile: async () => null },
    machines: () => [],
    failed: () => {
      said.failures += 1;
    },
  });
  return { said, channel };
}

/** A page on a connection that takes all it gets. */
function page() {
  const response = new ServerResponse(new IncomingMessage(new Socket()));
  const heard: string[] = [];
  response.write = (text: string) => heard.push(text) > 0;
  return { listener: new Listener(response, {}), response, heard };
}
const ids = (heard: string[]) => heard.flatMap((text) => /^id: (.*)$/m.exec(text)?.[1] ?? []);

it('nothing is read while nobody listens, however much changes', async () => {
  const { channel, said } = repository();
  const { listener, response } = page();
  await channel.reach(null);
  channel.add(listener, null);
  expect(said.readings).toBe(1);
  response.destroy();
  response.emit('close');
  for (let i = 0; i < 600; i += 1) {
    channel.changed();
    channel.tick(new Date());
    await vi.advanceTimersByTimeAsync(1000);
  }
  expect(said.readings).toBe(1);
  // Who comes then hears the present, after one reading for all that come.
  await Promise.all([channel.reach(null), channel.reach(null), channel.reach(null)]);
  expect(said.readings).toBe(2);
});

it('a busy repository is read once in ten seconds in the long run, and no line is left out or comes twice', async () => {
  const { channel, said } = repository();
  const { listener, heard } = page();
  await channel.reach(null);
  channel.add(listener, null);
  for (let i = 0; i < 3600; i += 1) {
    channel.changed();
    await vi.advanceTimersByTimeAsync(1000);
  }
  expect(said.readings).toBeGreaterThan(350);
  expect(said.readings).toBeLessThan(380);
  expect(ids(heard)).toEqual(Array.from({ length: said.readings - 1 }, (_, i) => `0:${i + 2}`));
});

it('when GitHub is down nobody is let in who would miss something, and those who listen hear all of it later', async () => {
  const { channel, said } = repository();
  said.isDown = true;
  expect(await channel.reach(null)).toBe('hidden');
  said.isDown = false;
  expect(await channel.reach(null)).toBe('reached');
  const { listener, heard } = page();
  channel.add(listener, { file: 0, lines: 0 });
  said.isDown = true;
  channel.changed();
  await vi.advanceTimersByTimeAsync(5000);
  expect(said.failures).toBe(2);
  said.isDown = false;
  channel.tick(new Date()); // nothing else happens
  await vi.advanceTimersByTimeAsync(60_000);
  expect(ids(heard)).toEqual(['0:1', '0:2']);
});

it('another history sends all pages away, to come again with what they know', async () => {
  const { channel, said } = repository();
  const { listener, response, heard } = page();
  await channel.reach(null);
  channel.add(listener, null);
  said.text = '';
  channel.changed();
  await vi.advanceTimersByTimeAsync(5000);
  expect(response.writableEnded).toBe(true);
  expect(ids(heard)).toEqual([]);
  expect(await channel.reach({ file: 0, lines: 9 })).toBe('elsewhere');
});
