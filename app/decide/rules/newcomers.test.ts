import { describe, expect, it } from 'vitest';
import type { Config } from '../../../core/formats/config.ts';
import { config } from '../../../testing/examples/config.ts';
import { board } from '../../../testing/examples/leaderboard.ts';
import { BLOB, sha } from '../../../testing/examples/names.ts';
import { decided } from '../../../testing/snapshot/codes.ts';
import { snapshot } from '../../../testing/snapshot/snapshot.ts';
import { NO_REPLY } from '../../model/command.ts';
import { plan } from '../plan.ts';

function planned(
  newcomers: Config['newcomers'],
  pull: Parameters<typeof snapshot>[0] = {},
  merged = 0,
  by = { author: 'nova', pulls: merged },
) {
  const at = snapshot(pull);
  const cpu = board.tracks.cpu!;
  const records = Array.from({ length: merged }, (_, i) => ({
    ...cpu.incumbent,
    pull: (i % by.pulls) + 1,
    author: by.author,
    blob: sha('7'),
  }));
  const grown = { ...board, tracks: { cpu: { ...cpu, history: [...cpu.history, ...records] } } };
  const main = {
    ...at.main,
    config: { ok: true as const, value: { ...config, newcomers } },
    leaderboard: { ok: true as const, value: grown },
  };
  return plan({ ...at, main });
}

const measured = (effects: ReturnType<typeof plan>) => effects.some((one) => one.kind === 'dispatch');
const YESTERDAY = '2026-11-22T12:00:00Z';

describe('newcomers', () => {
  it('are measured like everybody where the configuration says nothing', () => {
    expect(measured(planned(undefined, { authorSince: YESTERDAY }))).toBe(true);
  });

  it('with a new account wait for approval: with the reason and a label, outside the queue', () => {
    const effects = planned({ 'minimum-age-days': 7, 'minimum-merged': 0 }, { authorSince: YESTERDAY });
    expect(measured(effects)).toBe(false);
    const [answer] = effects;
    expect(answer).toMatchObject({ kind: 'answer', addLabels: ['needs-approval'], comment: { id: null } });
    expect(answer?.kind === 'answer' && decided(answer)).toMatchObject({
      ...{ state: 'refused', conclusion: 'action_required' },
      rules: { newcomers: 'needs-approval' },
    });
  });

  it('whose age GitHub does not report wait too', () => {
    expect(measured(planned({ 'minimum-age-days': 1, 'minimum-merged': 0 }, { authorSince: null }))).toBe(
      false,
    );
  });

  it('count as known after so many merged experiments', () => {
    const rules = { 'minimum-age-days': 0, 'minimum-merged': 2 };
    expect(measured(planned(rules, {}, 1))).toBe(false);
    expect(measured(planned(rules, {}, 2))).toBe(true);
    expect(measured(planned(rules, {}, 2, { author: 'nova', pulls: 1 }))).toBe(false); // on two tracks
    expect(measured(planned(rules, {}, 2, { author: 'lyra', pulls: 2 }))).toBe(false);
  });

  it('are those whose account is younger than so many days, and nobody where none is asked for', () => {
    const asks = (days: number) => ({ 'minimum-age-days': days, 'minimum-merged': 0 });
    const since = (authorSince: string | null, days: number) =>
      measured(planned(asks(days), { authorSince }));
    expect(since('2026-11-16T12:00:00Z', 7)).toBe(true);
    expect(since('2026-11-16T12:00:01Z', 7)).toBe(false);
    expect(since(null, 0)).toBe(true);
  });

  it('are measured once approved, and lose the label', () => {
    const effects = planned(
      { 'minimum-age-days': 7, 'minimum-merged': 1 },
      { authorSince: YESTERDAY, labels: ['needs-approval'], reply: { ...NO_REPLY, approved: BLOB } },
    );
    expect(measured(effects)).toBe(true);
    expect(effects).toContainEqual(expect.objectContaining({ removeLabels: ['needs-approval'] }));
    const reply = { ...NO_REPLY, approved: sha('9') };
    expect(
      measured(planned({ 'minimum-age-days': 7, 'minimum-merged': 1 }, { authorSince: YESTERDAY, reply })),
    ).toBe(false);
  });

  it('are approved by a maintainer, not by their authors', () => {
    const rules = { 'minimum-age-days': 7, 'minimum-merged': 0 };
    const asked = (permission: 'write' | 'read', isAuthor: boolean) => [
      { id: '1', by: 'x', isAuthor, permission, at: YESTERDAY, command: { name: 'approve' as const } },
    ];
    expect(measured(planned(rules, { authorSince: YESTERDAY, asked: asked('read', true) }))).toBe(false);
    expect(measured(planned(rules, { authorSince: YESTERDAY, asked: asked('write', false) }))).toBe(true);
  });
});
