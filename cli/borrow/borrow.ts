import { resolve } from 'node:path';
import { DESCENT } from '../../core/command-name.ts';
import type { Context } from '../../core/context.ts';
import { CommandError } from '../../core/errors.ts';
import { type Borrowed, borrowedPath, parseBorrowed } from '../../core/formats/borrowing/record.ts';
import { inertJson, inertLine } from '../../core/text/harmless/terminal.ts';
import { fileAt } from '../../memory/clone/git.ts';
import { findRepository, refresh } from '../../memory/clone/repository.ts';
import { connect, type GitHub } from '../github/client.ts';
import { pullAndCheck } from '../github/overall-check.ts';
import { ask, offerFor, priceOf } from './ask.ts';
import { type Collected, collectAll } from './collect.ts';
import { findOrMakeKey, keyPath, readKey } from './identity.ts';
import type { BorrowOptions } from './options.ts';

/** `descent borrow`: asks for machines of others, waits for them, and fetches what came of it. @returns the exit status */
export async function borrow(
  options: BorrowOptions,
  context: Context,
  confirm: ((question: string) => Promise<boolean>) | null,
): Promise<number> {
  if (options.collect !== undefined) {
    const github = await connect(context, 'write');
    return collect(github, context, options, options.collect);
  }
  const key = await findOrMakeKey(keyFile(options, context), (path) =>
    context.err(`Made a key in ${path}. Keep it: nothing else decrypts what you borrow.\n`),
  );
  const github = await connect(context, 'write');
  const offer = await offerFor(github, context, options, key.recipient);
  context.err(`${priceOf(offer)}\n`);
  if (offer.costs > offer.has)
    throw new CommandError(
      `it costs ${offer.costs / 1000} credits, and you have ${offer.has / 1000}`,
      `Ask for less, or lend a machine (\`${DESCENT} lend --setup\`). Credits that nobody has vouched for yet cannot be spent.`,
      { status: 1 },
    );
  if (!options.yes && !(await confirm?.('Borrow?')))
    throw new CommandError('nothing was asked for', 'Say yes, or give --yes.', { status: 1 });
  const made = await ask(github, context, offer, resolve(context.cwd, options.file));
  if (!options.json)
    context.out(
      `#${made.number}: ${made.url}\nNext: ${DESCENT} borrow --collect ${made.number} --into DIR\n`,
    );
  const ended = options.wait ? await waitFor(github, context, made.number) : null;
  if (options.json && (!ended?.ok || options.into === undefined))
    context.out(`${inertJson({ ...made, costs: offer.costs / 1000, ended: ended?.title ?? null })}\n`);
  if (ended && !ended.ok) return 1;
  return ended && options.into !== undefined ? collect(github, context, options, made.number) : 0;
}

function keyFile({ identity }: BorrowOptions, { env, cwd }: Context): string {
  return identity === undefined ? keyPath(env) : resolve(cwd, identity);
}

const POLL_MS = 10_000;

/** Until the bot has said its last word. */
async function waitFor(
  github: GitHub,
  context: Context,
  pull: number,
): Promise<{ ok: boolean; title: string }> {
  for (let said = ''; ; ) {
    const { check } = await pullAndCheck(github, pull);
    const title = inertLine(check?.output.title ?? 'not seen by the bot yet');
    if (title !== said) context.err(`#${pull} ${title}\n`);
    said = title;
    if (check?.status === 'completed') return { ok: title.startsWith('borrowed'), title };
    await context.sleep(POLL_MS);
  }
}

async function collect(
  github: GitHub,
  context: Context,
  options: BorrowOptions,
  pull: number,
): Promise<number> {
  const { identity } = await readKey(keyFile(options, context));
  const record = await recordOf(github, context, pull);
  const tell = (line: string) => context.err(`${line}\n`);
  const collected = await collectAll(github, record, {
    ...{ identity, into: resolve(context.cwd, options.into!), tell },
  });
  if (options.json) context.out(`${inertJson({ pull, runs: collected })}\n`);
  else context.out(collected.map(line).join(''));
  return collected.every(({ problem }) => problem === null) ? 0 : 1;
}

function line({ ordinal, machine, path, problem }: Collected): string {
  return `run ${ordinal} on ${inertLine(machine)}: ${path ?? inertLine(problem!, 500)}\n`;
}

async function recordOf(github: GitHub, context: Context, pull: number): Promise<Borrowed> {
  await refresh(context.cwd);
  const { folder, commit } = await findRepository(context.cwd);
  const text = await fileAt(folder, commit, borrowedPath(pull));
  if (text === null) {
    const { check } = await pullAndCheck(github, pull);
    throw new CommandError(
      `main has no ${borrowedPath(pull)} yet: ${inertLine(check?.output.title ?? 'the bot has said nothing')}`,
      'It is written when all runs have ended.',
      { status: 1 },
    );
  }
  const parsed = parseBorrowed(text);
  if (parsed.ok) return parsed.value;
  throw new CommandError(
    `${borrowedPath(pull)}: ${parsed.problems.join('; ')}`,
    'Bring this clone up to date.',
  );
}
