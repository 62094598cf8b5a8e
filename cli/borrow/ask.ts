import { stringify } from 'yaml';
import { DESCENT } from '../../core/command-name.ts';
import type { Context } from '../../core/context.ts';
import { borrowPrice } from '../../core/credits/borrowing.ts';
import { available } from '../../core/credits/holds.ts';
import { CommandError } from '../../core/errors.ts';
import { type BorrowRequest, borrowSchema } from '../../core/formats/borrowing/request.ts';
import { CONFIG_PATH, type Config, parseConfig } from '../../core/formats/config.ts';
import { own } from '../../core/names.ts';
import { dataSetsOf } from '../../core/rules/data-sets.ts';
import { TRAIN_PATH, textCannotBeMeasured } from '../../core/rules/eligibility.ts';
import { count } from '../../core/text/plural.ts';
import { fileAt } from '../../memory/clone/git.ts';
import { findRepository, type Repository, refresh } from '../../memory/clone/repository.ts';
import { ledgerAt } from '../../memory/ledger/at.ts';
import { branchName, commitFile } from '../clone/branch.ts';
import type { GitHub } from '../github/client.ts';
import { forkOf, push } from '../github/fork.ts';
import { readGiven } from '../read-given.ts';
import type { BorrowOptions } from './options.ts';

/** Asks the swarm for machines: what it costs, what the account has, and the pull request. */

export interface Offer {
  main: Repository;
  track: string;
  request: BorrowRequest;
  /** In thousandths of a credit. */
  costs: number;
  /** What the account may spend, before what its other open requests hold. */
  has: number;
}

/** @throws CommandError where the swarm would refuse it, before anything is written */
export async function offerFor(
  github: GitHub,
  context: Context,
  options: BorrowOptions,
  recipient: string,
): Promise<Offer> {
  await refresh(context.cwd);
  const main = await findRepository(context.cwd);
  const config = await configAt(main);
  const track = options.track ?? config.primary;
  const rules = own(config.tracks, track);
  if (!rules)
    throw new CommandError(
      `there is no track ${track} here`,
      `The tracks are ${Object.keys(config.tracks).join(', ')}.`,
    );
  const dataSets = dataSetsOf(config.tracks);
  if (options.data !== undefined && !dataSets.includes(options.data))
    throw new CommandError(
      `no track here uses the data set ${options.data}`,
      `The data sets are ${dataSets.join(', ')}.`,
    );
  if (!config.borrowing || !config.lending)
    throw new CommandError(
      'nothing can be borrowed here',
      `A maintainer turns it on by \`borrowing\` and \`lending\` in ${CONFIG_PATH} (docs/borrow.md).`,
    );
  const asked = borrowSchema.safeParse({
    ...{ seconds: options.seconds, copies: options.copies, keep: options.keep, to: recipient },
    ...(options.data !== undefined && { data: options.data }),
    ...(options.input && { input: options.input }),
  });
  if (!asked.success) {
    const { path, message } = asked.error.issues[0]!;
    throw new CommandError(`--${path.join('-')}: ${message}`, `See \`${DESCENT} borrow --help\`.`);
  }
  const most = config.borrowing['most-seconds'];
  if (asked.data.seconds > most)
    throw new CommandError(
      `--seconds is ${asked.data.seconds}`,
      `Here a run may have at most ${most} seconds.`,
    );
  const { seconds, copies } = asked.data;
  return {
    ...{ main, track, request: { ...asked.data, track } },
    costs: borrowPrice(rules, seconds, copies),
    has: await inHandOf(github, main),
  };
}

async function configAt({ folder, commit }: Repository): Promise<Config> {
  const config = parseConfig(await fileAt(folder, commit, CONFIG_PATH));
  if (config.ok) return config.value;
  throw new CommandError(
    `${CONFIG_PATH} of main: ${config.problems.join('; ')}`,
    'A maintainer has to fix it.',
  );
}

async function inHandOf({ rest }: GitHub, { folder, commit }: Repository): Promise<number> {
  const ledger = await ledgerAt(folder, commit);
  if (ledger === null) return 0;
  if (!ledger.ok) throw new CommandError(ledger.problems.join('; '), 'A maintainer has to restore it.');
  const { data } = await rest.users.getAuthenticated();
  return available(ledger.value, `#${data.id}`, []);
}

/** What it costs, for people, before they say yes. */
export function priceOf({ request: { copies, seconds, data }, track, costs, has }: Offer): string {
  return `${count(copies, 'run')} of ${seconds} s on ${track}${data === undefined ? '' : ` with data set ${data}`} cost at most ${costs / 1000} credits. You have ${has / 1000} to spend.`;
}

/** Opens the pull request. */
export async function ask(
  github: GitHub,
  context: Context,
  { main, request, track }: Offer,
  file: string,
): Promise<{ number: number; url: string }> {
  const bytes = await readGiven(file, 'Name a readable file with --file.');
  const text = bytes.toString('utf8');
  const problems = textCannotBeMeasured(text);
  if (problems.length > 0) throw new CommandError(problems.join('; '), 'The swarm runs no other file.');
  if ((await fileAt(main.folder, main.commit, TRAIN_PATH)) === text)
    throw new CommandError(
      `${file} is main's own ${TRAIN_PATH}`,
      'A pull request needs a change: add a comment to the file, for instance.',
    );
  const fork = await forkOf(github);
  const { copies, seconds, keep, to, data: dataset, input } = request;
  const title = `Borrow ${count(copies, 'machine')} for ${seconds} s on ${track}`;
  const branch = branchName('borrow', track, context.now());
  const commit = await commitFile(main, github.login!, {
    ...{ path: TRAIN_PATH, text, parent: main.commit, message: title },
  });
  await push(github, fork, commit, branch);
  const borrow = { seconds, copies, keep, to, ...(dataset && { data: dataset }), ...(input && { input }) };
  const body = `\`\`\`yaml\n${stringify({ borrow, track }, { lineWidth: 0 })}\`\`\`\n`;
  const { data } = await github.rest.pulls.create({
    ...{ ...github.home, title, body, head: `${fork.owner}:${branch}`, base: 'main' },
  });
  return { number: data.number, url: data.html_url };
}
