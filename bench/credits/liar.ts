import { drawAudits } from '../../app/decide/rules/draw-audits.ts';
import { drawScorings } from '../../app/decide/rules/draw-scorings.ts';
import { available, balanceOf } from '../../core/credits/holds.ts';
import type { TrackStanding } from '../../core/formats/leaderboard.ts';
import type { Audit, ExperimentResult, Paid } from '../../core/formats/result.ts';
import type { RunResult } from '../../core/formats/run.ts';
import { settle } from '../../core/rules/audits/audit.ts';
import { machineTrust, seen, struck, vouched } from '../../core/rules/audits/machines.ts';
import { board } from '../../testing/examples/leaderboard.ts';
import { resultOf } from '../../testing/examples/result.ts';
import { run as runOf } from '../../testing/examples/run.ts';
import { createRandom, type Random } from '../acceptance/random.ts';
import { PLATEAU } from '../acceptance/scenarios.ts';
import { at, Books, NET, TRACK } from './books.ts';

/**
 * An owner who does not train in a share of the runs, and reports a loss near the incumbent's instead. The plateau is where that is
 * hardest to see: most candidates are as near. Who is blocked comes back under another login at once, and owes nothing there.
 */
export interface Liar {
  /** Of the runs, those that are invented. */
  share: number;
  /** Of all runs, those whose weights are scored again. */
  scorings: number;
  /**
   * `saves` keeps what it earns. `spends` spends whatever is free at once, so that it cannot be taken back. `waits` does so, too, and
   * is honest while its machine is on probation. `befriends` does so, too, and lies of a friend's files, which change nothing: no
   * repeat can see that.
   */
  who: 'saves' | 'spends' | 'waits' | 'befriends';
  runsADay: number;
}

export interface LiarFigures extends Liar {
  /** Invented runs, all trials together. */
  invented: number;
  /** How often it was found out, for each of them. */
  caught: number;
  /** What it has more than for its honest runs alone, for each invented run, in credits. A run pays 288. */
  creditsPerLie: number;
}

const OTHERS = ['ada', 'bob', 'cleo', 'dee'];
const SIGMA = PLATEAU.sigma;
const AUDITS = { 'probation-jobs': 10, share: 0.1 };
const DAYS = 90;

export function measureLiar(how: Liar & { seed: number; trials: number }): LiarFigures {
  const { seed, trials, ...liar } = how;
  const random = createRandom(seed);
  const sum = { invented: 0, caught: 0, gained: 0 };
  for (let i = 0; i < trials; i++) {
    const one = new Life(liar, random).lived();
    sum.invented += one.invented;
    sum.caught += one.caught;
    sum.gained += one.gained;
  }
  const each = Math.max(1, sum.invented);
  return {
    ...liar,
    invented: sum.invented,
    caught: sum.caught / each,
    creditsPerLie: sum.gained / each / 1000,
  };
}

class Life {
  readonly #how: Liar;
  readonly #random: Random;
  readonly #books = new Books();
  #machines: TrackStanding['machines'] = {};
  readonly #records = new Map<number, ExperimentResult>();
  #login = 'eve';
  #logins = 1;
  #nextRun = 1;
  #invented = 0;
  #honest = 0;
  #caught = 0;

  constructor(how: Liar, random: Random) {
    this.#how = how;
    this.#random = random;
  }

  lived(): { invented: number; caught: number; gained: number } {
    const runs = DAYS * this.#how.runsADay;
    for (let i = 1; i <= runs; i++) this.#run(i, i / this.#how.runsADay);
    const { ledger, spent } = this.#books;
    const logins = Array.from({ length: this.#logins }, (_, i) => `@${loginOf(i + 1)}`);
    const has = logins.reduce(
      (sum, one) => sum + Math.max(0, balanceOf(ledger, one)) + (spent.get(one) ?? 0),
      0,
    );
    return { invented: this.#invented, caught: this.#caught, gained: has - this.#honest * NET };
  }

  get #machine(): string {
    return `${this.#login}.box`;
  }

  /** One candidate is explored on its machine, and checked. */
  #run(pull: number, day: number): void {
    const random = this.#random;
    const effect = PLATEAU.effect(random);
    const truth = this.#how.who === 'befriends' ? 1 : 1 - effect;
    const jobs = this.#machines[this.#machine]?.jobs ?? 0;
    const { who } = this.#how;
    const isSafe = who !== 'saves' && who !== 'spends' && jobs < AUDITS['probation-jobs'];
    const lies = !isSafe && random.uniform() < this.#how.share;
    if (lies) this.#invented += 1;
    else this.#honest += 1;
    const valBpb = (lies ? 1 + SIGMA / 2 : truth) + SIGMA * random.normal();
    const first = this.#ran(this.#login, valBpb, 'explore', day);
    // Authors enough that the bound of one author's day says nothing.
    const bare = resultOf({
      pull,
      author: `author-${pull % 50}`,
      track: TRACK,
      valBpb,
      runs: [first],
      paid: this.#bid(first),
    });
    const name = { pull, blob: bare.blob };
    const before = { ...board.tracks[TRACK]!, machines: this.#machines };
    const drawn = this.#drawn(bare, before, first);
    const open = { ...bare, audits: drawn };
    this.#books.add(day, open);
    this.#machines = seen(this.#machines, [first], name);

    const settled = drawn.map((audit) => this.#settled(audit, first, truth, lies, day));
    const outlier = settled.find((one) => one.outlier === this.#machine);
    const after = { ...open, audits: settled, runs: outlier ? [discounted(first)] : open.runs };
    this.#records.set(pull, after);
    const again = outlier ? this.#reconsidered(pull) : [];
    if (settled.length > 0) this.#books.commit(day + 0.01, [{ before: open, after }, ...again]);
    for (const { why, outcome } of settled)
      if (outcome === 'agreed' && why !== 'scoring')
        this.#machines = vouched(this.#machines, this.#machine, name);
    if (outlier) this.#isCaught(bare, day);
  }

  #drawn(result: ExperimentResult, before: TrackStanding, first: RunResult): Audit[] {
    const owners = [...OTHERS, this.#login];
    const fresh = [{ seed: 1, nonce: nonceOf(this.#random) }];
    const known = drawAudits({ result, before, owners, fresh, audits: AUDITS });
    const { author } = result;
    const kept = new Set([first.runId]);
    const share = this.#how.scorings;
    const scorings = drawScorings({ runs: [first], known, kept, author, owners, fresh, share });
    return [...known, ...(share > 0 ? scorings : [])];
  }

  /** As others' machines see it: a repeat measures the file, a scoring finds what no weights bear out. */
  #settled(audit: Audit, first: RunResult, truth: number, lies: boolean, day: number): Audit {
    const by = this.#random.pick(OTHERS);
    if (audit.why === 'scoring') {
      const runs = [this.#ran(by, lies ? null : first.valBpb, 'rescore', day)];
      return { ...audit, runs, outcome: lies ? 'outlier' : 'agreed', outlier: lies ? first.machine : null };
    }
    const repeats: RunResult[] = [];
    for (;;) {
      const owner = OTHERS[(OTHERS.indexOf(by) + repeats.length) % OTHERS.length]!;
      repeats.push(this.#ran(owner, truth + SIGMA * this.#random.normal(), 'audit', day));
      const end = settle([first, ...repeats], SIGMA);
      if (end.kind === 'call-third') continue;
      const outlier = end.kind === 'outlier' ? end.run.machine : null;
      return { ...audit, runs: repeats, outcome: end.kind, outlier };
    }
  }

  /** What it measured since a repeat last agreed with it does not count either. */
  #reconsidered(pull: number): { before: ExperimentResult; after: ExperimentResult }[] {
    const doubtful = this.#machines[this.#machine]?.unvouched ?? [];
    return doubtful.flatMap((one) => {
      const before = this.#records.get(one.pull);
      if (one.pull === pull || before === undefined) return [];
      const after = { ...before, runs: before.runs.map(discounted) };
      this.#records.set(one.pull, after);
      return [{ before, after }];
    });
  }

  #isCaught({ pull, author }: ExperimentResult, day: number): void {
    this.#caught += 1;
    this.#machines = struck(this.#machines, this.#machine, { at: at(day), pull, author });
    const machine = this.#machines[this.#machine]!;
    const rules = { audits: AUDITS, forgiven: undefined, blocked: undefined };
    if (machineTrust(this.#machine, machine, at(day), rules) !== 'blocked') return;
    this.#logins += 1;
    this.#login = loginOf(this.#logins);
  }

  #bid({ runId }: RunResult): Paid[] {
    const account = `@${this.#login}`;
    const milli = this.#how.who !== 'saves' ? available(this.#books.ledger, account, []) : 0;
    return milli > 0 ? [{ runId, account, login: this.#login, milli, for: 'bid' }] : [];
  }

  #ran(owner: string, valBpb: number | null, stage: RunResult['stage'], day: number): RunResult {
    const where = { owner, machine: `${owner}.box`, runId: this.#nextRun++, at: at(day) };
    return runOf(valBpb, { ...where, stage, ...(valBpb === null && { outcome: 'invalid' }) });
  }
}

function loginOf(number: number): string {
  return number === 1 ? 'eve' : `eve-${number}`;
}

function discounted(run: RunResult): RunResult {
  return { ...run, discounted: 'outlier' };
}

function nonceOf(random: Random): string {
  return Array.from({ length: 32 }, () => Math.floor(random.uniform() * 16).toString(16)).join('');
}
