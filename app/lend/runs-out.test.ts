import { expect, it } from 'vitest';
import { lentBy } from '../../testing/examples/lent.ts';
import { NOW } from '../../testing/examples/names.ts';
import { sent } from '../../testing/snapshot/lent.ts';
import { longestSeconds } from '../intake/report/lent.ts';
import { RunsOut } from './runs-out.ts';

it('a run is looked at when its machine says for too long that it has it, and not each minute meanwhile', () => {
  const out = new RunsOut();
  const state = sent('ada', { kind: 'pending' });
  const run = { ...state, memory: { ...state.memory, dispatchedAt: NOW } };
  const subject = { kind: 'pull', number: 41 } as const;
  out.saw('descent/descent', subject, [run], []);
  const due = (seconds: number) => {
    const now = new Date(Date.parse(NOW) + seconds * 1000);
    const at = new Date(now.getTime() - 5000).toISOString();
    return out.due(now, () => [lentBy('ada', { status: 'busy', nonce: run.key.nonce, at })]).length;
  };
  const longest = longestSeconds(run.memory.job);
  expect([590, 601, 700, 1200].map(due)).toEqual([0, 1, 0, 0]);
  expect([longest - 1, longest + 1, longest + 30, longest + 70].map(due)).toEqual([0, 1, 0, 1]);
});
