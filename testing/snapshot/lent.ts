import type { Effect, Order } from '../../app/model/effect.ts';
import type { LentMachine } from '../../app/model/lent.ts';
import type { Finding, RunState, Snapshot } from '../../app/model/snapshot.ts';
import type { RunKey } from '../../app/model/state.ts';
import type { MachineState } from '../../core/formats/leaderboard.ts';
import { read, SEVERAL } from '../examples/config.ts';
import { board, standingOf } from '../examples/leaderboard.ts';
import { IDS } from '../examples/lent.ts';
import { NOW } from '../examples/names.ts';
import { head, overall, runState } from './head.ts';
import { snapshot } from './snapshot.ts';

/** Pull request 41 on a track where several runs decide and machines are lent. For tests of what decides. */

export const config = read(SEVERAL);

/** What the leaderboard knows of an owner's lent machine. */
export function known(login: string, change: Partial<MachineState> = {}): [string, MachineState] {
  return [
    `${login}.desk`,
    { owner: login, ownerId: IDS[login], jobs: 20, lastSeen: NOW, outliers: [], unvouched: [], ...change },
  ];
}

export function lent(
  machines: LentMachine[],
  runs: RunState[] = [],
  more: Partial<Snapshot> & { standings?: [string, MachineState][] } = {},
): Snapshot {
  const { standings = [], ...rest } = more;
  const cpu = standingOf({ machines: Object.fromEntries(standings) });
  const at = snapshot(
    { heads: [head({ runs, overall: runs.length > 0 ? overall('measuring') : null })] },
    { lent: machines, ...rest },
  );
  const leaderboard = { ok: true as const, value: { ...board, tracks: { cpu } } };
  return { ...at, main: { ...at.main, config: { ok: true, value: config }, leaderboard } };
}
export function ordersOf(effects: Effect[]): Order[] {
  return effects.flatMap((effect) => (effect.kind === 'dispatch' ? effect.orders : []));
}

/** A run that was sent to a lent machine. */
export function sent(
  to: string,
  finding: Finding,
  change: Partial<RunKey> = {},
  target: string | null = null,
): RunState {
  const lentTo = { name: `${to}.desk`, ownerId: IDS[to]!, owner: to, repository: `${to}/descent-machine` };
  const state = runState(finding, { lent: lentTo.name, ...change });
  return { ...state, memory: { ...state.memory, lent: lentTo, target } };
}

export function preempted(by: string): Finding {
  return { kind: 'void', outcome: 'preempted', machine: `${by}.desk` };
}
