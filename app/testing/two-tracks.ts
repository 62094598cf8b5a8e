import { gitBlob } from '../../runner/blob.ts';
import { CONFIG, REPO, Stage } from './stage.ts';
import { run } from './world.ts';

/** A stage with two tracks: the primary `cpu`, and `small` on machines of its own. */

/** Machines, by number. */
export const CPU = 0;
export const SMALL = 1;
export const BEGINNING = 'print("the beginning")\n';

const CPU_RULES = /^ {2}cpu:\n(?: {4}.*\n)+/m.exec(CONFIG)![0];
const SMALL_RULES = CPU_RULES.replace('cpu:', 'small:').replace('descent-cpu', 'descent-small');
export const TWO_TRACKS = CONFIG.replace('limits:', `${SMALL_RULES}limits:`);

/** Main's file holds both records: 2.0 on `cpu`, 3.0 on `small`. */
export async function openTwoTracks({ machines = true, config = TWO_TRACKS } = {}): Promise<Stage> {
  const at = '2026-01-01T00:00:00.000Z';
  const blob = gitBlob(new TextEncoder().encode(BEGINNING));
  const standing = (valBpb: number) => {
    const incumbent = { pull: null, author: null, title: 'the beginning', blob, valBpb, at };
    const runs = [run(valBpb, { stage: 'baseline', at })];
    return { incumbent, runs, history: [incumbent], counts: {} };
  };
  const tracks = { cpu: standing(2), small: standing(3) };
  const stage = await Stage.open({
    '.github/descent.yml': config,
    'results/leaderboard.json': JSON.stringify({ schema: 1, primary: 'cpu', tracks, owners: {} }),
  });
  if (machines) await addSmall(stage);
  await stage.startBot();
  return stage;
}

export function addSmall(stage: Stage): Promise<void> {
  return stage.addMachine('bob', 'lab', ['descent-small']);
}

/** A description that asks for these tracks. */
export function asking(track: string): { body: string } {
  const hypothesis = 'More steps at the same budget lower the loss.';
  return { body: `\`\`\`yaml\nhypothesis: ${hypothesis}\ntrack: ${track}\n\`\`\`\n` };
}

/** Names of all records, without their blobs. */
export async function records(stage: Stage): Promise<string[]> {
  const { data } = await stage.onlooker.repos.getContent({ ...REPO, path: 'results/experiments/0' });
  return (data as { name: string }[]).map((one) => one.name.replace(/-[0-9a-f]{12}-/, ' '));
}
