import { expect, it } from 'vitest';
import { HEAD, sha } from '../../testing/examples/names.ts';
import { runState } from '../../testing/snapshot/head.ts';
import { BorrowedHeads } from './borrowed-heads.ts';

it('remembers the commits with borrowed runs, of each pull request of each swarm', () => {
  const heads = new BorrowedHeads();
  const subject = { kind: 'pull', number: 41 } as const;
  const borrowed = runState({ kind: 'pending' }, { stage: 'borrow' });
  heads.saw('descent/descent', subject, [borrowed, runState({ kind: 'pending' })], []);
  heads.saw('descent/descent', subject, [{ ...borrowed, head: sha('pushed') }], []);
  heads.saw('descent/descent', subject, [], []);
  heads.saw('descent/descent', { kind: 'pull', number: 42 }, [runState({ kind: 'pending' })], []);
  expect(heads.of('descent/descent', 41)).toEqual([HEAD, sha('pushed')]);
  const seconds = borrowed.memory.job.budgetSeconds;
  expect(heads.all('descent/descent')).toEqual([{ pull: 41, track: borrowed.key.track, seconds }]);
  expect([heads.of('descent/descent', 42), heads.of('ada/descent', 41)]).toEqual([[], []]);
});
