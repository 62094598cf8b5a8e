import { planFirstIncumbent } from './decide/measure/first-incumbent.ts';
import { plan } from './decide/plan.ts';
import { perform } from './effects/perform.ts';
import { type Port, PortError } from './github/port.ts';
import { readFirstIncumbent } from './intake/first-incumbent.ts';
import { readSnapshot } from './intake/snapshot.ts';
import type { Sources } from './intake/world.ts';
import type { Effect, Order } from './model/effect.ts';
import { type Look, look as lookAt, type Subject } from './model/event.ts';
import type { RunState, World } from './model/snapshot.ts';

/**
 * The whole flow: read everything once, decide, perform. Run twice, late or in another order it ends in the same place;
 * after a failure it reads again, because only GitHub knows what has happened.
 */
export async function reconcile(port: Port, look: Look, tools: Tools): Promise<Look[]> {
  const looks: Look[] = [];
  let asked = look;
  for (let failures = 0, turns = 0; turns < TURNS; turns += 1) {
    try {
      if (asked.subject.kind === 'commit') return await looksAt(port, asked.subject.oid, asked.retry);
      const decided = await decideOn(port, asked, tools.sources);
      if (!decided) return looks;
      tools.log(asked.subject, decided.effects);
      tools.saw(asked.subject, decided.runs, ordersIn(decided.effects));
      const done = await perform(port, decided.world, decided.effects);
      looks.push(...done.looks);
      if (!done.again) return looks;
      asked = { ...asked, retry: done.retry };
    } catch (error) {
      failures += 1;
      if (!(error instanceof PortError) || error.kind === 'refused' || failures >= FAILURES) throw error;
      tools.onFailure(asked.subject, error);
      if (error.kind === 'transient') await tools.sleep(500 * 2 ** failures);
    }
  }
  throw new Error(`${nameOf(look.subject)} did not come to rest in ${TURNS} turns`);
}

const TURNS = 20;
const FAILURES = 6;

export interface Tools {
  sources: Sources;
  sleep: (milliseconds: number) => Promise<void>;
  log: (subject: Subject, effects: Effect[]) => void;
  /** The runs that a look has found, and what it orders: so that a lent machine's silence is noticed. */
  saw: (subject: Subject, runs: RunState[], orders: Order[]) => void;
  onFailure: (subject: Subject, error: PortError) => void;
}

export function nameOf(subject: Subject): string {
  if (subject.kind === 'commit') return subject.oid;
  return subject.kind === 'pull' ? `#${subject.number}` : `first incumbent ${subject.track ?? ''}`.trim();
}

async function decideOn(
  port: Port,
  look: Look,
  sources: Sources,
): Promise<{ world: World; runs: RunState[]; effects: Effect[] } | null> {
  const { subject } = look;
  if (subject.kind === 'commit') return null;
  if (subject.kind === 'first-incumbent') {
    const world = await readFirstIncumbent(port, look.retry, sources);
    if (!world) return null;
    return { world, runs: world.carrier?.runs ?? [], effects: planFirstIncumbent(world, subject.track) };
  }
  const world = await readSnapshot(port, { ...look, subject }, sources);
  return world && { world, runs: world.pull.heads.flatMap(({ runs }) => runs), effects: plan(world) };
}

function ordersIn(effects: Effect[]): Order[] {
  return effects.flatMap((effect) => (effect.kind === 'dispatch' ? effect.orders : []));
}

/** The open pull requests with this head, or the bootstrap when main's file came with it. */
async function looksAt(port: Port, oid: string, retry: boolean): Promise<Look[]> {
  const { queue, carrier } = await port.readMain();
  const pulls = queue.filter(({ commit }) => commit?.oid === oid);
  if (pulls.length === 0 && carrier?.oid === oid)
    return [lookAt({ kind: 'first-incumbent', track: null }, [], retry)];
  return pulls.map(({ pull }) => lookAt({ kind: 'pull', number: pull }, [oid], retry));
}
