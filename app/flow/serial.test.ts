import { describe, expect, it } from 'vitest';
import { type Look, look } from '../model/event.ts';
import { Serial } from './serial.ts';

const pull = (number: number, heads: string[] = [], retry = false) =>
  look({ kind: 'pull', number }, heads, retry);

describe('one repository', () => {
  it('is worked on one look at a time, and what waits for the same pull request is one look', async () => {
    const seen: Look[] = [];
    let running = 0;
    const serial = new Serial(
      async (asked) => {
        running += 1;
        expect(running).toBe(1);
        seen.push(asked);
        await new Promise((resolve) => setTimeout(resolve, 5));
        running -= 1;
        return asked.subject.kind === 'pull' && asked.subject.number === 2 ? [pull(3)] : [];
      },
      () => {},
    );
    serial.ask(pull(1));
    serial.ask(pull(2, ['a']));
    serial.ask(pull(2, ['b'], true));
    await serial.idle();
    expect(seen).toEqual([pull(1), pull(2, ['a', 'b'], true), pull(3)]);
  });

  it('goes on after a failure, which is reported', async () => {
    const failed: unknown[] = [];
    const done: Look[] = [];
    const serial = new Serial(
      async (asked) => {
        if (asked.subject.kind === 'pull' && asked.subject.number === 1) throw new Error('down');
        done.push(asked);
        return [];
      },
      (_look, error) => failed.push(error),
    );
    serial.ask(pull(1));
    serial.ask(pull(2));
    await serial.idle();
    expect(failed).toEqual([new Error('down')]);
    expect(done).toEqual([pull(2)]);
    serial.ask(pull(3));
    await serial.idle();
    expect(done).toEqual([pull(2), pull(3)]);
  });
});
