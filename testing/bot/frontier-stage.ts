import type { FrontierState } from '../../core/formats/frontier.ts';
import { type ExperimentResult, resultPath, resultSchema } from '../../core/formats/result.ts';
import { gitBlob } from '../../core/git-blob.ts';
import { FRONTIER, Stage, type Taken } from './stage.ts';

/** Main's program in stories of the frontier: thirty lines, some of them changed. A line that is `null` is left out. */
export function program(change: Record<number, string | null> = {}): string {
  const lines = Array.from({ length: 30 }, (_, i) => {
    const changed = change[i + 1];
    return changed === undefined ? [`layer_${i + 1} = ${i + 1}`] : changed === null ? [] : [changed];
  });
  return `${lines.flat().join('\n')}\n`;
}

const CHANGES = [
  { 3: 'layer_3 = 0.003' },
  { 9: 'layer_9 = 0.009' },
  { 15: 'layer_15 = 0.015' },
  { 21: 'layer_21 = 0.021' },
];

/** The program with these of four changes, none of which touches another. */
export const having = (...which: number[]) => program(Object.assign({}, ...which.map((i) => CHANGES[i])));

const MORE = [
  ['ada', 'two'],
  ['ada', 'three'],
  ['bob', 'two'],
  ['bob', 'three'],
] as const;
const MACHINES = ['ada.desk', 'bob.lab', ...MORE.map((names) => names.join('.'))];

/** A stage with a frontier, where a story says which pull request's job ends next. */
export class FrontierStage {
  readonly stage: Stage;
  /** Jobs that machines have and that have not ended. */
  #out: Taken[] = [];

  private constructor(stage: Stage) {
    this.stage = stage;
  }

  /** Main's file was measured at 2.0; one run spreads by 0.1. */
  static async open(main = program(), config = 'capacity: 6'): Promise<FrontierStage> {
    const text = FRONTIER.replace('capacity: 2', config);
    const files = { '.github/descent.yml': text, 'train/train.py': main };
    const scene = new FrontierStage(await Stage.open(files));
    await scene.stage.beginSeveral(2);
    for (const [owner, name] of MORE) await scene.stage.addMachine(owner, name);
    return scene;
  }

  /** The job of a pull request that is out now, which a machine has then taken. */
  async job(pull: number): Promise<Taken> {
    const job = await this.jobIfAny(pull);
    if (job) return job;
    throw new Error(`no job of #${pull} is out: ${this.#out.map(({ job: one }) => one.pull).join(', ')}`);
  }

  async jobIfAny(pull: number): Promise<Taken | null> {
    for (;;) {
      const at = this.#out.findIndex(({ job }) => job.pull === pull);
      if (at >= 0) return this.#out.splice(at, 1)[0]!;
      const taken = (await this.#take('ada')) ?? (await this.#take('bob'));
      if (!taken) return null;
      this.#out.push(taken);
    }
  }

  /** A free machine of this owner takes a job; null where there is none for it. */
  async #take(owner: string): Promise<Taken | null> {
    const busy = this.#out.map(({ machine }) => machine);
    const free = MACHINES.findIndex((name) => name.startsWith(owner) && !busy.includes(name));
    return free < 0 ? null : this.stage.take(free);
  }

  /** The pull request's next job ends with this loss. */
  async measured(pull: number, valBpb: number): Promise<Taken> {
    const job = await this.job(pull);
    await this.stage.finish(job, { valBpb });
    return job;
  }

  async frontier(): Promise<FrontierState> {
    return (await this.stage.leaderboard()).tracks.cpu!.frontier!;
  }

  /** Pull requests of the chain, and those with a composition under way. */
  async standing(): Promise<{ chain: number[]; underWay: number[] }> {
    const { chain, compositions } = await this.frontier();
    return {
      chain: chain.map(({ pull }) => pull),
      underWay: compositions.filter(({ dropped }) => !dropped).map(({ pull }) => pull),
    };
  }

  /** What main keeps of a file's measurement. */
  async result(pull: number, text: string): Promise<ExperimentResult> {
    const path = resultPath({ pull, blob: gitBlob(text), track: 'cpu' });
    return resultSchema.parse(JSON.parse(await this.stage.file(path)));
  }
}
