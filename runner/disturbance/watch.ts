import { cpus } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Job } from '../../core/formats/job.ts';
import type { Seen } from '../../core/formats/seen.ts';
import { askerIn } from '../hardware.ts';
import type { SandboxKind } from '../sandbox/sandbox.ts';
import { type CardLook, type CardProgram, lookAtCard } from './card.ts';
import { descends, processes, seesWholeMachine } from './processes.ts';
import { lookAtProcessors, shareTaken } from './processors.ts';

/** Watches the machine while a stranger trains on it: what others do there, and whether its clock is held down. */

/** Between the end of one look and the next. A look at 100 processes takes 3 ms; one at a card starts a short program twice. */
const EVERY_MS = 2000;

export interface Watch {
  /** So far. */
  seen(): Seen;
  /** An answer that is still missing is not waited for. */
  end(): void;
}

export interface Watched {
  device: Job['device'];
  /** Processors that the job may use; null: all. */
  threads: number | null;
  sandbox: SandboxKind;
  env: NodeJS.ProcessEnv;
  /** Its owner may be using it meanwhile. */
  isLent: boolean;
  everyMs?: number;
}

/** Takes a first look, before anything of the stranger's runs, and goes on looking. */
export async function watchMachine(watched: Watched): Promise<Watch> {
  if (watched.device === 'cuda') return watchCard(watched);
  return watched.device === 'cpu' ? watchProcessors(watched) : { seen: () => NOTHING, end: () => undefined };
}

const NOTHING: Seen = {
  ...{ samples: 0, slowedShare: null, powerWatts: null, othersUse: null },
  ...{ othersSamples: null, othersPrograms: null, othersMemoryMiB: null, othersProcessors: null },
};

async function watchCard({ env, sandbox, everyMs = EVERY_MS }: Watched): Promise<Watch> {
  const ending = new AbortController();
  const ask = askerIn(env, ending.signal);
  const before = await lookAtCard(ask);
  const looks: { look: CardLook; others: CardProgram[] }[] = [];
  // A container's processes do not descend from us, and in a namespace of our own the driver's numbers are not ours.
  const knowsAll = (sandbox === 'bubblewrap' || sandbox === 'none') && seesWholeMachine();
  const wasThere = new Set(before.programs?.map(({ pid }) => pid));
  const isOthers = ({ pid }: CardProgram, all: ReturnType<typeof processes>) =>
    wasThere.has(pid) || (knowsAll && descends(pid, process.pid, all) === false);
  const go = async () => {
    for (;;) {
      await sleep(everyMs, undefined, { signal: ending.signal, ref: false });
      const look = await lookAtCard(ask);
      if (ending.signal.aborted) return;
      const all = processes();
      looks.push({ look, others: (look.programs ?? []).filter((one) => isOthers(one, all)) });
    }
  };
  go().catch(() => undefined); // ended
  return {
    end: () => ending.abort(),
    seen() {
      const known = looks.filter(({ look }) => look.programs !== null);
      const isKnown = known.length > 0 && (knowsAll || known.some(({ others }) => others.length > 0));
      const slowed = looks.flatMap(({ look }) => (look.slowed === null ? [] : [look.slowed]));
      const watts = [before, ...looks.map(({ look }) => look)].flatMap(({ powerWatts }) => powerWatts ?? []);
      return {
        samples: looks.length,
        slowedShare: slowed.length === 0 ? null : slowed.filter(Boolean).length / slowed.length,
        powerWatts: watts.length === 0 ? null : { least: Math.min(...watts), most: Math.max(...watts) },
        othersUse: before.use,
        othersSamples: isKnown ? known.filter(({ others }) => others.length > 0).length : null,
        othersPrograms: isKnown ? Math.max(...known.map(({ others }) => others.length)) : null,
        othersMemoryMiB: isKnown ? Math.max(...known.map(({ others }) => memoryOf(others))) : null,
        othersProcessors: null,
      };
    },
  };
}

/** What is not said counts as nothing: the programs themselves are counted. */
function memoryOf(programs: CardProgram[]): number {
  return programs.reduce((sum, { memoryMiB }) => sum + (memoryMiB ?? 0), 0);
}

async function watchProcessors({ threads, everyMs = EVERY_MS }: Watched): Promise<Watch> {
  const cores = cpus().length;
  const room = { cores, threads: Math.min(threads ?? cores, cores) };
  const shares: number[] = [];
  let last = lookAtProcessors();
  const look = () => {
    const now = lookAtProcessors();
    const share = last && now && shareTaken(last, now, room);
    if (share !== null) shares.push(share);
    last = now;
  };
  const timer = setInterval(look, everyMs);
  timer.unref();
  return {
    end: () => clearInterval(timer),
    seen() {
      const mean = shares.reduce((sum, one) => sum + one, 0) / shares.length;
      return {
        ...NOTHING,
        samples: shares.length,
        othersProcessors: shares.length === 0 ? null : mean,
      };
    },
  };
}
