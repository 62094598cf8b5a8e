import type { Port } from '../github/port.ts';
import type { Effect } from '../model/effect.ts';
import { type Look, look } from '../model/event.ts';
import type { World } from '../model/snapshot.ts';
import { ALARM_LABEL } from '../model/tag.ts';
import { dispatch } from './dispatch.ts';

export interface Done {
  /** Other subjects that may now move. */
  looks: Look[];
  /** Whether more is to be done on the same subject. */
  again: boolean;
}

/** Performs a plan in order. A failure leaves the rest undone: the next look finds out what has happened and plans the rest. */
export async function perform(port: Port, world: World, effects: Effect[]): Promise<Done> {
  const done: Done = { looks: [], again: false };
  for (const effect of effects) await one(port, world, effect, done);
  return done;
}

async function one(port: Port, world: World, effect: Effect, done: Done): Promise<void> {
  switch (effect.kind) {
    case 'answer':
      await port.answer(world.repository, effect);
      return;
    case 'dispatch':
      await dispatch(port, world, effect);
      return;
    case 'cancel':
      for (const runId of effect.runIds) await port.cancel(runId);
      return;
    case 'record':
      await port.commit(world.main.branch, effect.base, effect.message, effect.files);
      return;
    case 'merge':
      await port.commitMerge({ ...effect, branch: world.main.branch });
      return;
    case 'alarm':
      await port.alarm(effect.title, effect.body, effect.label ?? ALARM_LABEL);
      return;
    case 'reopen':
      await port.reopen(effect.subject);
      return;
    case 'look':
      for (const number of effect.pulls) done.looks.push(look({ kind: 'pull', number }));
      for (const track of effect.baselines) done.looks.push(look({ kind: 'baseline', track }));
      return;
    case 'again':
      done.again = true;
      return;
    case 'rest':
      return;
    default:
      return effect satisfies never;
  }
}
