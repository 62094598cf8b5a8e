import { gitBlob } from '../../core/git-blob.ts';
import { run } from '../examples/run.ts';
import { CONFIG, REPO, Stage } from './stage.ts';

/** A stage with two tracks: the primary `cpu`, and `small` on machines of its own. */

/** Machines, by number. */
export const CPU = 0;
export const SMALL = 1;
export const BEGINNING = 'print("the beginning")\n';

const CPU_RULES = /^ {2}cpu:\n(?: {4}.*\n)+/m.exec(CONFIG)![0];
const SMALL_RULES = CPU_RULES.replace('cpu:', 'small:').replace('descent-cpu', 'descent-small');
export const TWO_TRACKS = CONFIG.replace('limits:', `${SMALL_RULES}limits:`);

interface Beginning {
  /** `small` has a machine. */
  machines: boolean;
  config: string;
  /** Tracks without a record. */
  bare: string[];
  /** How often each incumbent was measured. */
  runs: number;
}

/** Main's file holds both records, unless a track is bare: 2.0 on `cpu`, 3.0 on `small`. */
export async function openTwoTracks(given: Partial<Beginning> = {}): Promise<Stage> {
  const { machines = true, config = TWO_TRACKS, bare = [], runs: often = 1 } = given;
  const at = '2026-01-01T00:00:00.000Z';
  const blob = gitBlob(new TextEncoder().encode(BEGINNING));
  const standing = (valBpb: number, [one, other]: [string, string]) => {
    const incumbent = { pull: null, author: null, title: 'the beginning', blob, valBpb, at };
    const runs = Array.from({ length: often }, (_, i) => {
      const [owner = ''] = (i % 2 === 0 ? one : other).split('.');
      const machine = i % 2 === 0 ? one : other;
      const loss = valBpb + (often === 1 ? 0 : [0.05, -0.05][i % 2]! + i / 100);
      return run(loss, { stage: 'baseline', at, owner, machine, ordinal: i + 1, seed: i, runId: i + 1 });
    });
    const lastSeen = new Date().toISOString();
    const known = often === 1 ? [] : [one, other];
    const machines = Object.fromEntries(
      known.map((name) => [name, { owner: name.split('.')[0]!, jobs: 0, lastSeen, outliers: [] }]),
    );
    return { incumbent, runs, history: [incumbent], counts: {}, machines };
  };
  const all = { cpu: standing(2, ['ada.desk', 'cleo.rack']), small: standing(3, ['bob.lab', 'cleo.rack']) };
  const tracks = Object.fromEntries(Object.entries(all).filter(([track]) => !bare.includes(track)));
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
