import { z } from 'zod';
import { CommandError } from '../../core/errors.ts';
import type { Ledger } from '../../core/formats/ledger.ts';
import { count } from '../../core/text/plural.ts';
import { findRepository, type Repository, refresh } from '../../memory/clone/repository.ts';
import { ledgerAt } from '../../memory/ledger/at.ts';
import { latestPostings } from '../../memory/ledger/latest.ts';
import { forget, witness } from '../../memory/ledger/witness.ts';
import { accountSchema, accountsOf, credits, linesOf, namesOf } from '../ledger/accounts.ts';
import { verdictOf, verifiedSchema, verify } from '../ledger/verification.ts';
import { noted } from '../untrusted.ts';
import { type Setting, verb } from '../verb.ts';

/** Postings that are shown of one account. */
const LATEST = 10;

export const ledger = verb({
  name: 'ledger',
  summary: 'what owners’ machines earned, and whether all of it follows from the results in main’s history',
  examples: [
    'ledger   # balances of all accounts',
    'ledger ada   # one account: what may be spent, what waits, what expires when, the latest postings',
    'ledger verify   # makes the ledger again from main’s history; names the first commit that does not follow',
    'ledger verify --all --json',
    'ledger @verify   # the account of somebody with that login',
    'ledger --forget   # after main’s history was written again, and you know why',
  ],
  writes: 'adds',
  input: z.strictObject({
    account: z.string().min(1).optional().describe('a GitHub login or #NUMBER, or the word verify'),
    all: z
      .boolean()
      .optional()
      .describe('with verify: every commit that does not follow, not the first alone'),
    anew: z
      .boolean()
      .optional()
      .describe('with verify: read the whole history, also what was verified before'),
    forget: z
      .boolean()
      .optional()
      .describe('forget which main this computer saw before, and trust the present one'),
  }),
  positional: ['account'],
  output: z.strictObject({
    ref: z.string(),
    commit: z.string(),
    at: z.string().nullable(),
    events: z.int(),
    root: z.string().nullable(),
    accounts: z.array(accountSchema),
    system: z.record(z.string(), z.int()),
    verified: verifiedSchema.nullable(),
    forgot: z.boolean(),
  }),
  async run(setting, { account, all = false, anew = false, forget: forgets = false }) {
    const isVerify = account === 'verify';
    if (!isVerify && (all || anew))
      throw new CommandError('--all and --anew go with verify', 'Say `ledger verify --all`.');
    const repository = await repositoryOf(setting);
    const { folder, commit, ref } = repository;
    const forgot = forgets && (await forget(repository, setting.context));
    if (!forgets && setting.ref === undefined)
      await witness(repository, { env: setting.context.env, fresh: setting.fresh });
    const state = await stateOf(repository);
    const verified = isVerify ? await verify(setting.context, repository, { all, anew }) : null;
    const wanted = account === undefined || isVerify ? null : account;
    const names = wanted === null ? [] : namesOf(state, wanted);
    const postings = names.length === 0 ? [] : await latestPostings(folder, commit, names, LATEST);
    const shown = wanted === null ? Object.keys(state?.owners ?? {}) : names;
    return {
      ref,
      commit,
      at: state?.at ?? null,
      events: state?.events ?? 0,
      root: state?.root ?? null,
      accounts: isVerify || !state ? [] : accountsOf(state, shown, postings),
      system: isVerify ? {} : { ...state?.system },
      verified,
      forgot,
    };
  },
  render({ accounts, system, verified, events, at, ref, commit, forgot }) {
    const lines = forgot ? ['What this computer saw of main before is forgotten.'] : [];
    if (verified) return noted([...lines, ...verdictOf(verified)]);
    lines.push(
      `Credits at ${ref} ${commit.slice(0, 9)}${at === null ? '' : `, ${count(events, 'event')}, the last on ${at.slice(0, 10)}`}`,
    );
    if (accounts.length === 0) lines.push('No account has earned anything yet.');
    for (const one of accounts) lines.push(...linesOf(one));
    for (const [name, milli] of Object.entries(system)) lines.push(`  ${name}: ${credits(milli)}`);
    lines.push(
      'A credit is one second of the reference machine. It cannot be handed on or sold (docs/ledger.md).',
    );
    return noted(lines);
  },
  status: ({ verified }) => (verified && verified.findings.length > 0 ? 1 : 0),
});

async function repositoryOf({ context, fresh, ref }: Setting): Promise<Repository> {
  if (fresh) await refresh(context.cwd);
  return findRepository(context.cwd, ref);
}

async function stateOf({ folder, commit, ref }: Repository): Promise<Ledger | null> {
  const parsed = await ledgerAt(folder, commit);
  if (parsed === null) return null;
  if (parsed.ok) return parsed.value;
  throw new CommandError(
    `${ref}: ${parsed.problems[0]}`,
    'If its schema is newer: `git pull` and `npm ci`. Otherwise `ledger verify` on an older commit, with --ref, says since when.',
  );
}
