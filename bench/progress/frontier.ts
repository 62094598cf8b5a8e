import { RUNS_KEPT } from '../../core/formats/run.ts';
import { machineOffsets } from '../../core/rules/acceptance/offsets.ts';
import { type Placement, placeConfirmations } from '../../core/rules/acceptance/owners.ts';
import { type MeasuredRun, PRIOR_DEGREES } from '../../core/rules/acceptance/rule.ts';
import { mean, pooledVariance } from '../../core/rules/acceptance/statistics.ts';
import { certify, dueForCertification } from '../../core/rules/frontier/certify.ts';
import { adopt, certified, type Frontier, headOf, know, refuted } from '../../core/rules/frontier/chain.ts';
import { type Estimate, estimateOf, measured } from '../../core/rules/frontier/estimate.ts';
import { FIELD, type Gains, learnGains, type Result } from '../../core/rules/frontier/gains.ts';
import {
  type CandidateRun,
  composedEstimate,
  composedGain,
  type Judgement,
  judge,
  type Seen,
} from '../../core/rules/frontier/judge.ts';
import { FRONTIER, type FrontierRule } from '../../core/rules/frontier/parameters.ts';
import { wantsRefresh } from '../../core/rules/frontier/refresh.ts';
import { fewOwnersIn } from '../acceptance/policies.ts';
import type { File } from '../acceptance/world.ts';
import type { Candidate, Flight, Mode, Track } from './track.ts';

/** The frontier at work on one track: the project's own rule, with machines handed out as the bot does. */

/** A file that something is begun from. */
interface Node {
  id: string;
  file: File;
  parent: Node | null;
  estimate: Estimate;
  refuted: boolean;
}

/** What candidates are worth is learned again after so many results: the bot does it each time. */
const RELEARN = 25;
const INCUMBENT_RUNS = 4;

export function createFrontier(track: Track, rule: FrontierRule = FRONTIER): Mode {
  const { world } = track;
  const fewOwners = fewOwnersIn({ scenario: world });
  const prior = { sigma: world.priorSigma, degrees: PRIOR_DEGREES };
  const counts = { candidates: 0, adopted: 0, certified: 0, falseCertified: 0, refuted: 0 };
  const queue: Flight[] = [];
  const nodes = new Map<string, Node>();
  const results: Result[] = [];

  let ids = 0;
  const addNode = (file: File, parent: Node | null, estimate: Estimate): Node => {
    const node: Node = { id: String(ids++), file, parent, estimate, refuted: false };
    nodes.set(node.id, node);
    return node;
  };
  const start = addNode({ loss: 1, sigma: world.sigma }, null, { loss: 0, variance: 0 });
  let frontier: Frontier = { main: { file: start.id, estimate: start.estimate }, chain: [] };
  /** Compositions under way, each on the one before. */
  let train: Node[] = [];
  let incumbent: MeasuredRun[] = [];
  const others: MeasuredRun[][] = [];
  let sigma = world.priorSigma;
  let offsets: ReadonlyMap<string, number> = new Map();
  let gains: Gains = FIELD;
  const gainsOf = new Map<string, Gains>();
  /** Whether main's first file has been measured as often as a comparison needs. */
  let known = false;
  let certifying = false;
  let refreshing = false;
  let runsSince = 0;

  const node = (id: string) => nodes.get(id)!;
  const head = () => node(headOf(frontier).file);
  const main = () => node(frontier.main.file);
  const believe = (about: Node, estimate: Estimate) => {
    about.estimate = estimate;
    frontier = know(frontier, about.id, { estimate });
  };
  const corrected = (run: MeasuredRun): CandidateRun => ({
    owner: run.owner,
    loss: run.valBpb - (offsets.get(run.machine) ?? 0),
  });

  /** Sigma and offsets of machines, from all files that were measured repeatedly. */
  const calibrate = () => {
    const files = [incumbent, ...others];
    const around = files.flatMap((runs) => {
      const center = mean(runs.map((run) => run.valBpb));
      return runs.map(({ machine, valBpb }) => ({ machine, valBpb: valBpb - center }));
    });
    offsets = machineOffsets(around, prior.sigma ** 2).byMachine;
    const { variance } = pooledVariance(
      files.map((runs) => runs.map((run) => corrected(run).loss)),
      prior,
    );
    sigma = Math.sqrt(variance);
  };

  const learn = (author: string, seen: Seen) => {
    results.push({ author, shown: seen.shown, variance: seen.variance });
    if (results.length % RELEARN > 0) return;
    gains = learnGains(results);
    for (const name of gainsOf.keys()) gainsOf.set(name, learnGains(results, name));
  };
  const worthOf = (author: string): Gains => {
    if (author.startsWith('agent-')) return gains; // few results each: their own weigh as all others
    if (!gainsOf.has(author)) gainsOf.set(author, gains);
    return gainsOf.get(author)!;
  };

  /** Whether `base` holds all that the head has; never what was refuted. */
  const holdsHead = (base: Node) => {
    const at = head();
    for (let one: Node | null = base; one !== null && !one.refuted; one = one.parent)
      if (one === at) return true;
    return false;
  };

  const adoptLink = (
    candidate: Candidate,
    base: Node,
    judged: Extract<Judgement, { kind: 'adopt' }>,
    made?: Node,
  ) => {
    counts.adopted += 1;
    const link = made ?? addNode(candidate, base, judged.candidate);
    link.estimate = judged.candidate;
    frontier = adopt(frontier, {
      file: link.id,
      pull: Number(link.id),
      author: candidate.author,
      gain: judged.seen.gain,
      estimate: judged.candidate,
      tried: false,
    });
    if (refreshing || certifying || !wantsRefresh(link.estimate, sigma, gains)) return;
    refreshing = true;
    queue.push({
      file: link.file,
      stage: 'explore',
      purpose: 'refresh',
      done(run) {
        refreshing = false;
        believe(link, measured(link.estimate, [corrected(run).loss], sigma));
      },
    });
  };

  const compose = (candidate: Candidate, seen: Seen) => {
    const tip = train.at(-1) ?? head();
    const effect = candidate.effect * world.composes;
    const file: Candidate = { ...candidate, effect, loss: tip.file.loss - effect };
    const made = addNode(file, tip, composedEstimate(tip.estimate, seen, sigma, rule));
    const worth = composedGain(seen, sigma, rule);
    train.push(made);
    queue.push({
      file,
      stage: 'explore',
      purpose: 'composition',
      done(run) {
        train = train.filter((one) => one !== made);
        const judged = judge({
          base: tip.estimate,
          standing:
            tip === head()
              ? { at: 'head' }
              : holdsHead(tip)
                ? { at: 'beyond', head: head().estimate }
                : { at: 'behind' },
          runs: [corrected(run)],
          owners: track.owners.length,
          sigma,
          gains: worth,
          track: gains,
          // Its change has been judged before; what is asked is whether it is left here.
          rule: { ...rule, runsPerCandidate: 1, strikingSigmas: Number.POSITIVE_INFINITY },
        });
        if (judged.kind === 'measure') throw new Error('a composition is measured once');
        believe(tip, judged.base);
        if (judged.kind === 'adopt') adoptLink(file, tip, judged, made);
        else {
          made.estimate = { loss: judged.base.loss - judged.seen.gain, variance: made.estimate.variance };
          if (judged.kind === 'compose') compose(file, judged.seen);
        }
      },
    });
  };

  const measureCandidate = (
    candidate: Candidate,
    base: Node,
    runs: CandidateRun[],
    notOwners: string[],
  ): Flight => ({
    file: candidate,
    stage: 'explore',
    purpose: runs.length === 0 ? 'candidate' : 'again',
    notOwners,
    done(run) {
      const all = [...runs, corrected(run)];
      const atHead = base === head() && train.length === 0;
      const judged = judge({
        base: base.estimate,
        standing: { at: atHead ? 'head' : 'behind' },
        runs: all,
        owners: track.owners.length,
        sigma,
        gains: worthOf(candidate.author),
        track: gains,
        rule,
      });
      if (judged.kind === 'measure') {
        queue.push(measureCandidate(candidate, base, all, judged.notOwners));
        return;
      }
      counts.candidates += 1;
      learn(candidate.author, judged.seen);
      believe(base, judged.base);
      if (judged.kind === 'adopt') adoptLink(candidate, base, judged);
      if (judged.kind === 'compose') compose(candidate, judged.seen);
    },
  });

  const measureIncumbent = (notOwners: readonly string[], owner?: string): Flight => ({
    file: main().file,
    stage: 'baseline',
    purpose: 'incumbent',
    notOwners,
    ...(owner === undefined ? {} : { owner }),
    done(run) {
      incumbent = [...incumbent, run].slice(-RUNS_KEPT);
      if (incumbent.length < INCUMBENT_RUNS) return;
      calibrate();
      const losses = incumbent.map((one) => corrected(one).loss);
      if (known) believe(main(), measured(main().estimate, losses.slice(-1), sigma));
      else believe(main(), estimateOf(losses, sigma));
      known = true;
    },
  });

  const beginCertification = () => {
    const at = frontier.chain.length;
    const chain = frontier.chain.slice(0, at);
    const top = head();
    const before = top.estimate;
    const fresh: MeasuredRun[] = [];
    certifying = true;
    runsSince = 0;
    let waiting = 0;
    const ask = (flights: Flight[]) => {
      waiting = flights.length;
      for (const flight of flights) {
        const { done } = flight;
        queue.push({
          ...flight,
          done(run) {
            done(run);
            waiting -= 1;
            if (waiting === 0) step();
          },
        });
      }
    };
    const confirm = (runs: number, { notOwners, perOwner }: Placement) => {
      const placing = placeConfirmations({
        runs,
        available: track.owners.filter((owner) => !notOwners.includes(owner)),
        soFar: fresh,
        author: '',
        perOwner,
        fewOwners,
      });
      if (placing.kind === 'wait') throw new Error(placing.reason);
      ask(
        placing.owners.map((owner) => ({
          file: top.file,
          stage: 'confirm',
          purpose: 'certification',
          owner,
          done: (run) => fresh.push(run),
        })),
      );
    };
    const step = () => {
      const decision = certify(
        {
          chain,
          candidate: fresh,
          head: before,
          main: main().estimate,
          sigma,
          incumbent,
          others,
          prior,
          fewOwners,
        },
        rule,
      );
      if (decision.kind === 'measure') {
        const { stage, runs, placement } = decision.measure;
        if (stage !== 'baseline') return confirm(runs - fresh.length, placement);
        const missing = runs - incumbent.length;
        return ask(Array.from({ length: missing }, () => measureIncumbent(placement.notOwners)));
      }
      certifying = false;
      believe(top, decision.head);
      if (decision.kind === 'certified') {
        counts.certified += 1;
        if (top.file.loss >= main().file.loss) counts.falseCertified += 1;
        frontier = certified(frontier, top.id).frontier;
        others.push(incumbent);
        if (others.length > RUNS_KEPT) others.shift();
        incumbent = [...decision.ruling.record];
        calibrate();
      } else if (decision.kind === 'refuted') {
        counts.refuted += 1;
        const back = refuted(frontier, top.id);
        for (const link of back.dropped) node(link.file).refuted = true;
        frontier = back.frontier;
      } else frontier = know(frontier, top.id, { tried: true });
    };
    step();
  };

  const countRun = (flight: Flight): Flight => ({
    ...flight,
    done(run) {
      runsSince += 1;
      flight.done(run);
      const due = known && !certifying;
      if (
        due &&
        dueForCertification({ chain: frontier.chain, main: main().estimate, sigma, runsSince, rule })
      )
        beginCertification();
    },
  });

  for (let i = 0; i < INCUMBENT_RUNS; i++)
    queue.push(measureIncumbent([], track.owners[i % track.owners.length]!));

  return {
    next() {
      const wanted = queue.shift();
      if (wanted !== undefined) return countRun(wanted);
      const base = head();
      return countRun(measureCandidate(track.begin(base.file), base, [], []));
    },
    main: () => main().file,
    frontier: () => head().file,
    counts: () => counts,
  };
}
