import { describe, expect, it } from 'vitest';
import { findOverall, overallName } from './check-name.ts';

/** What GitHub answers for a commit: the newest check runs of each name. */
function commit(checks: Record<string, (string | null)[]>) {
  const ids = (name: string) => checks[name]?.map((external_id) => ({ external_id })) ?? [];
  return async (pull: number) => (await findOverall(pull, async (name) => ids(name)))?.external_id;
}

const keyOf = (pull: number) => `d2:overall:${pull}:cpu:queued`;

describe('where two pull requests have the same commit', () => {
  const ask = commit({ descent: [keyOf(41)], 'descent #412': [keyOf(412)] });

  it('each finds its own check, whichever came first', async () => {
    expect(await ask(41)).toBe(keyOf(41));
    expect(await ask(412)).toBe(keyOf(412));
  });

  it('a third finds none', async () => {
    expect(await ask(4)).toBeUndefined();
  });

  it('the names tell them apart', () => {
    expect(overallName(41, false)).toBe('descent');
    expect(overallName(41, true)).not.toBe(overallName(412, true));
  });
});

it('a check of an older bot, whose key names no pull request, is anybody’s', async () => {
  for (const key of [`d1:overall:${'b'.repeat(40)}:cpu:queued`, '', null])
    expect(await commit({ descent: [key] })(41)).toBe(key);
});

it('keys of every version of the bot are read', async () => {
  const ask = commit({ descent: ['d12:overall:41:cpu:queued'] });
  expect(await ask(41)).toBe('d12:overall:41:cpu:queued');
  expect(await ask(4)).toBeUndefined();
});
