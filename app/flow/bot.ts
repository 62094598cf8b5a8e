import { randomBytes } from 'node:crypto';
import type { Octokit } from '@octokit/core';
import type { Logger } from 'pino';
import type { Verifier } from '../../core/formats/checkpoint.ts';
import { makePatient, PATIENT } from '../../core/github/patience.ts';
import { withCheckpoints } from '../effects/checkpoints.ts';
import { type ClientAt, octokitPort } from '../github/octokit.ts';
import type { Port } from '../github/port.ts';
import type { ResultCache } from '../intake/records.ts';
import { type Lent, NOTHING_LENT } from '../intake/report/lent.ts';
import type { FindSimilar } from '../intake/similar.ts';
import type { Sources } from '../intake/world.ts';
import { askSimilar } from '../memory/ask.ts';
import { lookWith } from '../memory/look.ts';
import { refreshPages } from '../memory/pages.ts';
import type { Effect } from '../model/effect.ts';
import type { Look } from '../model/event.ts';
import { nameOf, reconcile, type Tools } from '../reconcile.ts';
import { type Alone, aloneIn } from './alone.ts';
import { lastOrdersOf } from './last-orders.ts';
import { Serial } from './serial.ts';
import { Soon } from './soon.ts';

/** The bot at work in one repository, with the clock and the randomness of this machine. */
export interface Bot {
  port: Port;
  serial: Serial;
  /** For work outside of `serial` that no other process may do at the same time. */
  alone: Alone;
  /** Brings the pages made from results up to date, soon or now; a failure is left for the next sweep. */
  pagesSoon: Soon;
  /** Newest runs on lent machines, after a start; see last-orders.ts. */
  lastOrders: (bot: string) => Promise<Look[]>;
  /** Logs the failure of something that is done again at the next sweep, so that the rest of this one goes on. */
  leftForNextSweep: (what: string) => (error: unknown) => void;
}

/** What an operator says of every repository's bot. */
export interface BotSettings {
  /** Folder for clones of repositories and their indexes. */
  cache: string;
  /** Least time between two makings of the pages, in the long run; 0: at sweeps alone. */
  pagesMinutes: number;
  /** Signs each new ledger; null or left out: nothing is signed. */
  ledgerKey?: Verifier | null;
}

/** What a bot with a server knows of lent machines, and how it reaches their repositories. */
export interface Lending {
  lent: Lent;
  clientAt: ClientAt;
  saw: Tools['saw'];
}

const NO_LENDING: Lending = { lent: NOTHING_LENT, clientAt: async () => null, saw: () => {} };

type Client = Pick<Octokit, 'request' | 'graphql' | 'hook'>;

/** Effects that write results. */
const WRITES = new Set<string>(['record', 'merge'] satisfies Effect['kind'][]);

const TREES_REMEMBERED = 2000;

/** Verdicts often come together. Each making of the pages costs a commit, and a look through the bot's clone. */
const VERDICTS_MS = 2000;

/** 53 bits, which JSON and JavaScript keep exactly. */
function drawSeed(): number {
  return Number(randomBytes(8).readBigUInt64LE() >> 11n);
}

function sourcesOf(similar: FindSimilar, lent: Lent): Sources {
  const results: ResultCache = new Map();
  return {
    now: () => {
      if (results.size > TREES_REMEMBERED) results.clear();
      return new Date();
    },
    draw: () => ({ seed: drawSeed(), nonce: randomBytes(16).toString('hex') }),
    results,
    similar,
    lent,
  };
}

/**
 * Makes the client patient; give each bot a client of its own.
 * @param looked is called after each look at something
 */
export function botAt(
  octokit: Client,
  where: { owner: string; name: string; appId: number | null },
  { cache, pagesMinutes, ledgerKey = null }: BotSettings,
  log: Pick<Logger, 'info' | 'warn' | 'error' | 'debug'>,
  { lent, clientAt, saw }: Lending = NO_LENDING,
  looked: () => void = () => {},
): Bot {
  makePatient(octokit, PATIENT);
  const port = withCheckpoints(octokitPort(octokit, where, clientAt), ledgerKey);
  const repository = `${where.owner}/${where.name}`;
  const tools = {
    sources: sourcesOf(
      lookWith(
        port,
        (place, question, open) => askSimilar({ ...place, cache }, question, open),
        (error) => log.warn({ repository, err: error }, 'similar experiments could not be looked up'),
      ),
      lent,
    ),
    saw,
    sleep: PATIENT.sleep,
    log: (subject: Look['subject'], effects: { kind: string; why?: string }[]) => {
      const shown = effects.map((effect) => (effect.why ? `${effect.kind}: ${effect.why}` : effect.kind));
      log.info({ repository, subject: nameOf(subject), effects: shown }, 'reconciled');
      if (effects.some(({ kind }) => WRITES.has(kind))) pagesSoon.ask();
    },
    onFailure: (subject: Look['subject'], error: Error) =>
      log.warn({ repository, subject: nameOf(subject), err: error }, 'reading again'),
  };
  const alone = aloneIn(cache, where, (error) =>
    log.warn({ repository, err: error }, 'no lock in DESCENT_CACHE: another process here may do the same'),
  );
  const serial = new Serial(
    (look) => alone(() => reconcile(port, look, tools)).finally(looked),
    (look, error) =>
      log.error(
        { repository, subject: nameOf(look.subject), err: error },
        'left for the next event or sweep',
      ),
  );
  const leftForNextSweep = (what: string) => (error: unknown) =>
    log.warn({ repository, err: error }, `${what}: left for the next sweep`);
  const refresh = () =>
    refreshPages(port, cache).then(
      (pages) => log.info({ repository, pages }, 'pages'),
      leftForNextSweep('the pages made from results'),
    );
  // Verdicts come first: their commits and those of the pages would stand in each other's way.
  const pagesSoon = new Soon(pagesMinutes * 60_000, VERDICTS_MS, () => serial.idle().then(refresh));
  return { port, serial, alone, pagesSoon, leftForNextSweep, lastOrders: lastOrdersOf(port, lent.machines) };
}
