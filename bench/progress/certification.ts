import { type Placement, placeConfirmations } from '../../core/rules/acceptance/owners.ts';
import type { MeasuredRun } from '../../core/rules/acceptance/rule.ts';
import type { NoisePrior } from '../../core/rules/acceptance/statistics.ts';
import { type Certification, certify } from '../../core/rules/frontier/certify.ts';
import type { FrontierRule } from '../../core/rules/frontier/parameters.ts';
import type { TrackState } from './state.ts';
import type { Flight } from './track.ts';

/** One certification at work: runs are asked for as the rule wants them, until it says how it ended. */
export function beginCertification(o: {
  state: TrackState;
  owners: readonly string[];
  prior: NoisePrior;
  fewOwners: 'wait' | 'accept';
  rule: FrontierRule;
  ask: (flight: Flight) => void;
  measureIncumbent: (notOwners: readonly string[]) => Flight;
  done: (head: string, ended: Exclude<Certification, { kind: 'measure' }>) => void;
}): void {
  const { state } = o;
  const { chain } = state.frontier;
  const head = state.head;
  const before = state.estimateOf(head);
  const fresh: MeasuredRun[] = [];

  const step = (): void => {
    const decision = certify(
      {
        chain,
        candidate: fresh,
        head: before,
        main: state.estimateOf(state.main),
        sigma: state.sigma,
        incumbent: state.incumbent,
        others: state.others,
        prior: o.prior,
        fewOwners: o.fewOwners,
      },
      o.rule,
    );
    if (decision.kind !== 'measure') {
      o.done(head, decision);
      return;
    }
    const { stage, runs, placement } = decision.measure;
    if (stage === 'baseline')
      all(
        Array.from({ length: runs - state.incumbent.length }, () => o.measureIncumbent(placement.notOwners)),
      );
    else all(confirmations(runs - fresh.length, placement));
  };

  /** Goes on when the last of these has ended. */
  const all = (flights: Flight[]): void => {
    let waiting = flights.length;
    for (const flight of flights)
      o.ask({
        ...flight,
        done(run) {
          flight.done(run);
          waiting -= 1;
          if (waiting === 0) step();
        },
      });
  };

  const confirmations = (runs: number, { notOwners, perOwner }: Placement): Flight[] => {
    const placing = placeConfirmations({
      runs,
      available: o.owners.filter((owner) => !notOwners.includes(owner)),
      soFar: fresh,
      author: '',
      perOwner,
      fewOwners: o.fewOwners,
    });
    if (placing.kind === 'wait') throw new Error(placing.reason);
    return placing.owners.map((owner) => ({
      file: state.fileOf(head),
      stage: 'confirm',
      purpose: 'certification',
      owner,
      done: (run) => fresh.push(run),
    }));
  };

  step();
}
