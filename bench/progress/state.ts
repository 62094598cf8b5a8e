import { RUNS_KEPT } from '../../core/formats/run.ts';
import type { MeasuredRun } from '../../core/rules/acceptance/rule.ts';
import type { NoisePrior } from '../../core/rules/acceptance/statistics.ts';
import { type Calibration, calibrate, corrected } from '../../core/rules/frontier/calibration.ts';
import { type Frontier, headOf, know } from '../../core/rules/frontier/chain.ts';
import { type Estimate, estimateOf, measured } from '../../core/rules/frontier/estimate.ts';
import type { File } from '../acceptance/world.ts';

/** What a track knows: the frontier, what main's runs teach, and estimates of all files that something was begun from. */
export class TrackState {
  frontier: Frontier;
  incumbent: MeasuredRun[] = [];
  readonly others: MeasuredRun[][] = [];
  calibration: Calibration;
  /** Whether main's first file has been measured as often as a comparison needs. */
  known = false;
  readonly #files = new Map<string, { file: File; estimate: Estimate }>();
  readonly #prior: NoisePrior;

  constructor(first: File, prior: NoisePrior) {
    this.#prior = prior;
    this.calibration = calibrate([], prior);
    const estimate = { loss: 0, variance: 0 };
    this.frontier = { main: { file: this.add(first, estimate), estimate }, chain: [], compositions: [] };
  }

  add(file: File, estimate: Estimate): string {
    const id = String(this.#files.size);
    this.#files.set(id, { file, estimate });
    return id;
  }

  /** The true file: the simulation alone may know its loss. */
  fileOf(id: string): File {
    return this.#files.get(id)!.file;
  }

  estimateOf(id: string): Estimate {
    return this.#files.get(id)!.estimate;
  }

  believe(id: string, estimate: Estimate): void {
    this.#files.get(id)!.estimate = estimate;
    this.frontier = know(this.frontier, id, { estimate });
  }

  get main(): string {
    return this.frontier.main.file;
  }

  get head(): string {
    return headOf(this.frontier).file;
  }

  get sigma(): number {
    return this.calibration.sigma;
  }

  corrected(run: MeasuredRun) {
    return corrected(run, this.calibration);
  }

  /** One more run of main's file. */
  addIncumbent(run: MeasuredRun, least: number): void {
    this.incumbent = [...this.incumbent, run].slice(-RUNS_KEPT);
    if (this.incumbent.length < least) return;
    this.#calibrate();
    const losses = this.incumbent.map((one) => this.corrected(one).loss);
    const now = this.known
      ? measured(this.estimateOf(this.main), losses.slice(-1), this.sigma)
      : estimateOf(losses, this.sigma);
    this.believe(this.main, now);
    this.known = true;
  }

  /** Main's file is another one, with these runs. */
  replaceIncumbent(record: readonly MeasuredRun[]): void {
    this.others.push(this.incumbent);
    if (this.others.length > RUNS_KEPT) this.others.shift();
    this.incumbent = [...record];
    this.#calibrate();
  }

  #calibrate(): void {
    this.calibration = calibrate([this.incumbent, ...this.others], this.#prior);
  }
}
