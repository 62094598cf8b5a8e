import { mkdtemp } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import { type Event, eventsPath, parseEvents } from '../../core/formats/events.ts';
import { type Checked, checkEvents } from '../../memory/events/check.ts';
import type { Stage } from './stage.ts';

/** A fresh clone of the repository, with main's history. */
export async function cloneOf(stage: Stage): Promise<string> {
  const clone = join(await mkdtemp(join(stage.folder, 'clone-')), 'clone');
  await execa('git', ['clone', '--quiet', `${stage.emulator.url}/descent/descent.git`, clone]);
  return clone;
}

/** Whether the events are those that follow from the results of main's history. */
export async function checked(stage: Stage): Promise<Checked> {
  return checkEvents(await cloneOf(stage), 'HEAD');
}

export async function events(stage: Stage, number = 0): Promise<Event[]> {
  const parsed = parseEvents(await stage.file(eventsPath(number)));
  if (!parsed.ok) throw new Error(parsed.problems[0]);
  return parsed.value;
}
