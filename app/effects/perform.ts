import { ALARM_LABEL, FRONTIER_LABEL, UNSAID_LABEL } from '../../core/formats/labels.ts';
import { type Port, PortError } from '../github/port.ts';
import { REPLY_TAG } from '../model/command.ts';
import { type Answer, type Effect, type RunAt, SILENT } from '../model/effect.ts';
import { type Look, look } from '../model/event.ts';
import type { World } from '../model/snapshot.ts';
import { frontierNotShown } from '../say/frontier-branch.ts';
import { dispatch } from './dispatch.ts';

export interface Done {
  /** Other subjects that may now move. */
  looks: Look[];
  /** Whether more is to be done on the same subject. */
  again: boolean;
  /** Whether a person's wish to try again is part of that. */
  retry: boolean;
}

interface Doing extends Done {
  /** A reply to commands was refused. */
  unheard: boolean;
}

/** Performs a plan in order. A failure leaves the rest undone: the next look finds out what has happened and plans the rest. */
export async function perform(port: Port, world: World, effects: Effect[]): Promise<Done> {
  const done: Doing = { looks: [], again: false, retry: false, unheard: false };
  for (const effect of effects) await one(port, world, effect, done);
  return { looks: done.looks, again: done.again && !done.unheard, retry: done.retry };
}

/**
 * A comment that GitHub will not take (the conversation is locked, or full) stops nothing else. The pull request is labelled, so that
 * the sweep finds it and says it later. A reply to commands is also what remembers them: without it they are not looked at again now.
 */
async function answer(port: Port, world: World, effect: Answer, done: Doing): Promise<void> {
  const { refused } = await port.answer(world.repository, effect);
  if (!refused.includes('comment') || effect.subject === null) return;
  const label = { ...SILENT, checks: [], subject: effect.subject, addLabels: [UNSAID_LABEL] };
  await port.answer(world.repository, label);
  if (effect.comment?.body.startsWith(REPLY_TAG)) done.unheard = true;
}

/** Main is what counts: where people keep the bot from this branch, they are told once, and the rest goes on. */
async function showFrontier(
  port: Port,
  world: World,
  effect: Extract<Effect, { kind: 'frontier' }>,
): Promise<void> {
  try {
    await port.showFrontier(effect);
  } catch (error) {
    if (!(error instanceof PortError) || error.kind !== 'refused') throw error;
    const { title, body } = frontierNotShown(effect.branch, world.main.branch, error.message);
    await port.alarm(title, body, FRONTIER_LABEL);
  }
}

/** In an owner's repository that is gone there is nothing left to end. */
async function cancel(port: Port, { runId, repository, force = false }: RunAt): Promise<void> {
  try {
    await (await port.actionsAt(repository)).cancel(runId, force);
  } catch (error) {
    if (repository === null || !(error instanceof PortError) || error.kind !== 'refused') throw error;
  }
}

async function one(port: Port, world: World, effect: Effect, done: Doing): Promise<void> {
  switch (effect.kind) {
    case 'answer':
      await answer(port, world, effect, done);
      return;
    case 'dispatch':
      if (await dispatch(port, world, effect)) done.again = true;
      return;
    case 'cancel':
      for (const run of effect.runs) await cancel(port, run);
      return;
    case 'record':
      await port.commit(world.main.branch, effect.base, effect.message, effect.files);
      return;
    case 'merge':
      await port.commitMerge({ ...effect, branch: world.main.branch });
      return;
    case 'frontier':
      await showFrontier(port, world, effect);
      return;
    case 'keep': {
      const kept = await port.keep(effect.text);
      if (kept !== effect.blob)
        throw new Error(`GitHub keeps the composed file as ${kept}, not as ${effect.blob}`);
      return;
    }
    case 'alarm':
      await port.alarm(effect.title, effect.body, effect.label ?? ALARM_LABEL);
      return;
    case 'reopen':
      await port.reopen(effect.subject);
      return;
    case 'look':
      for (const number of effect.pulls)
        done.looks.push(look({ kind: 'pull', number }, effect.heads?.[number]));
      for (const track of effect.incumbents) done.looks.push(look({ kind: 'first-incumbent', track }));
      return;
    case 'again':
      done.again = true;
      done.retry = effect.retry === true;
      return;
    case 'rest':
      return;
    default:
      return effect satisfies never;
  }
}
