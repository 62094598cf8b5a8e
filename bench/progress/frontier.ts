import { type MeasuredRun, PRIOR_DEGREES, RULE } from '../../core/rules/acceptance/rule.ts';
import { type Certification, dueForCertification } from '../../core/rules/frontier/certify.ts';
import {
  adopt,
  certified,
  compose,
  drop,
  know,
  refuted,
  standingOf,
  standingOfComposition,
  tipOf,
} from '../../core/rules/frontier/chain.ts';
import { composedEstimate, judgeComposition } from '../../core/rules/frontier/composition.ts';
import { measured } from '../../core/rules/frontier/estimate.ts';
import { FIELD, type Gains, learnGains, type Result } from '../../core/rules/frontier/gains.ts';
import { type CandidateRun, type Judgement, judge, type Seen } from '../../core/rules/frontier/judge.ts';
import { FRONTIER, type FrontierRule } from '../../core/rules/frontier/parameters.ts';
import { wantsRefresh } from '../../core/rules/frontier/refresh.ts';
import { fewOwnersIn } from '../acceptance/policies.ts';
import { beginCertification } from './certification.ts';
import { TrackState } from './state.ts';
import type { Candidate, Counts, Flight, Mode, Track } from './track.ts';

/** The frontier at work on one track: the project's own rule, with machines handed out as the bot does. */

/** What candidates are worth is learned again after so many results: the bot does it each time. */
const RELEARN = 25;

export function createFrontier(track: Track, rule: FrontierRule = FRONTIER): Mode {
  return new FrontierMode(track, rule);
}

class FrontierMode implements Mode {
  readonly #track: Track;
  readonly #rule: FrontierRule;
  readonly #state: TrackState;
  readonly #queue: Flight[] = [];
  readonly #counts: Counts = { candidates: 0, adopted: 0, certified: 0, falseCertified: 0, refuted: 0 };
  readonly #results: Result[] = [];
  #gains: Gains = FIELD;
  /** Of the authors who send enough to be known by their own results. */
  readonly #gainsOf = new Map<string, Gains>();
  #certifying = false;
  #refreshing = false;
  #runsSince = 0;

  constructor(track: Track, rule: FrontierRule) {
    this.#track = track;
    this.#rule = rule;
    this.#state = new TrackState({ loss: 1, sigma: track.world.sigma }, this.#prior());
    for (let i = 0; i < RULE.incumbentRuns; i++)
      this.#queue.push(this.#measureIncumbent([], track.owners[i % track.owners.length]));
  }

  next(): Flight {
    const flight = this.#queue.shift() ?? this.#beginCandidate();
    return {
      ...flight,
      done: (run) => {
        this.#runsSince += 1;
        flight.done(run);
        this.#certifyWhenDue();
      },
    };
  }

  main = () => this.#state.fileOf(this.#state.main);
  frontier = () => this.#state.fileOf(this.#state.head);
  counts = () => this.#counts;

  #prior() {
    return { sigma: this.#track.world.priorSigma, degrees: PRIOR_DEGREES };
  }

  #measureIncumbent(notOwners: readonly string[], owner?: string): Flight {
    return {
      file: this.main(),
      stage: 'baseline',
      purpose: 'incumbent',
      notOwners,
      ...(owner === undefined ? {} : { owner }),
      done: (run) => this.#state.addIncumbent(run, RULE.incumbentRuns),
    };
  }

  #beginCandidate(): Flight {
    const base = this.#state.head;
    return this.#measure(this.#track.begin(this.#state.fileOf(base)), base, [], []);
  }

  #measure(file: Candidate, base: string, before: CandidateRun[], notOwners: string[]): Flight {
    return {
      file,
      stage: 'explore',
      purpose: before.length === 0 ? 'candidate' : 'again',
      notOwners,
      done: (run) => this.#judge(file, base, [...before, this.#state.corrected(run)]),
    };
  }

  #judge(file: Candidate, base: string, runs: CandidateRun[]): void {
    const judged = judge({
      ...this.#grounds(base, runs),
      standing: standingOf(this.#state.frontier, base),
      gains: this.#gainsFor(file.author),
    });
    if (judged.kind === 'measure') {
      this.#queue.push(this.#measure(file, base, runs, judged.notOwners));
      return;
    }
    this.#counts.candidates += 1;
    this.#learn(file.author, judged.seen);
    this.#state.believe(base, judged.base);
    if (judged.kind === 'compose') this.#compose(file, judged.seen);
    if (judged.kind === 'adopt') this.#adopt(file, this.#state.add(file, judged.candidate), judged);
  }

  #grounds(base: string, runs: CandidateRun[]) {
    return {
      base: this.#state.estimateOf(base),
      runs,
      owners: this.#track.owners.length,
      sigma: this.#state.sigma,
      track: this.#gains,
      rule: this.#rule,
    };
  }

  #adopt(file: Candidate, id: string, { candidate, seen }: Extract<Judgement, { kind: 'adopt' }>): void {
    const state = this.#state;
    this.#counts.adopted += 1;
    const link = { file: id, pull: Number(id), author: file.author, gain: seen.gain, tried: false };
    state.frontier = adopt(state.frontier, { ...link, estimate: candidate });
    state.believe(id, candidate);
    if (this.#refreshing || this.#certifying || !wantsRefresh(candidate, state.sigma, this.#gains)) return;
    this.#refreshing = true;
    this.#queue.push({
      file,
      stage: 'explore',
      purpose: 'refresh',
      done: (run) => {
        this.#refreshing = false;
        state.believe(id, measured(state.estimateOf(id), [state.corrected(run).loss], state.sigma));
      },
    });
  }

  #compose(change: Candidate, seen: Seen): void {
    const state = this.#state;
    const onto = tipOf(state.frontier);
    const effect = change.effect * this.#track.world.composes;
    const file: Candidate = { ...change, effect, loss: state.fileOf(onto.file).loss - effect };
    const estimate = composedEstimate(onto.estimate, seen, state.sigma, this.#rule);
    const id = state.add(file, estimate);
    state.frontier = compose(state.frontier, id, estimate);
    this.#queue.push({
      file,
      stage: 'explore',
      purpose: 'composition',
      done: (run) => this.#judgeComposition(file, id, onto.file, seen, run),
    });
  }

  #judgeComposition(file: Candidate, id: string, onto: string, seen: Seen, run: MeasuredRun): void {
    const state = this.#state;
    const standing = standingOfComposition(state.frontier, onto);
    const grounds = this.#grounds(onto, [state.corrected(run)]);
    const judged = judgeComposition({ ...grounds, standing }, seen);
    state.believe(onto, judged.base);
    if (judged.kind === 'adopt') {
      this.#adopt(file, id, judged);
      return;
    }
    state.believe(id, { ...state.estimateOf(id), loss: judged.base.loss - judged.seen.gain });
    state.frontier = drop(state.frontier, id);
    if (judged.kind === 'compose') this.#compose(file, judged.seen);
  }

  #certifyWhenDue(): void {
    const state = this.#state;
    const { chain, main } = state.frontier;
    const grounds = { chain, main: main.estimate, sigma: state.sigma, runsSince: this.#runsSince };
    if (!state.known || this.#certifying || !dueForCertification({ ...grounds, rule: this.#rule })) return;
    this.#certifying = true;
    this.#runsSince = 0;
    beginCertification({
      state,
      owners: this.#track.owners,
      prior: this.#prior(),
      fewOwners: fewOwnersIn({ scenario: this.#track.world }),
      rule: this.#rule,
      ask: (flight) => this.#queue.push(flight),
      measureIncumbent: (notOwners) => this.#measureIncumbent(notOwners),
      done: (head, ended) => this.#conclude(head, ended),
    });
  }

  #conclude(head: string, ended: Exclude<Certification, { kind: 'measure' }>): void {
    const state = this.#state;
    this.#certifying = false;
    state.believe(head, ended.head);
    if (ended.kind === 'certified') {
      this.#counts.certified += 1;
      if (state.fileOf(head).loss >= this.main().loss) this.#counts.falseCertified += 1;
      state.frontier = certified(state.frontier, head).frontier;
      state.replaceIncumbent(ended.ruling.record);
    } else if (ended.kind === 'refuted') {
      this.#counts.refuted += 1;
      state.frontier = refuted(state.frontier, head).frontier;
    } else state.frontier = know(state.frontier, head, { tried: true });
  }

  #learn(author: string, { shown, variance }: Seen): void {
    this.#results.push({ author, shown, variance });
    if (this.#results.length % RELEARN > 0) return;
    this.#gains = learnGains(this.#results);
    for (const name of this.#gainsOf.keys()) this.#gainsOf.set(name, learnGains(this.#results, name));
  }

  #gainsFor(author: string): Gains {
    if (author.startsWith('agent-')) return this.#gains; // few results each: their own weigh as all others
    if (!this.#gainsOf.has(author)) this.#gainsOf.set(author, this.#gains);
    return this.#gainsOf.get(author)!;
  }
}
