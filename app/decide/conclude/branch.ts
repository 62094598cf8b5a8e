import { TRAIN_PATH } from '../../../core/rules/eligibility.ts';
import { clean, commitQuote } from '../../../core/text/harmless/github.ts';
import type { BranchCommit, Snapshot } from '../../model/snapshot.ts';

/**
 * Whether main's history may have the commits of a pull request's branch. All of them would stand there for good: only those that
 * touch the measured file alone, are given to no other account, and say nothing that GitHub or a reader of main takes for Descent's word.
 */

const MESSAGE_LIMIT = 2000;
/** Descent's own trailers, and those that speak for another person. */
const TRAILER =
  /^[^\S\n]*(?:experiment|verdict|chain|frontier-file|val-bpb|track|runs|agent|owner|outlier|insight-by|repeated-on|[a-z]+(?:-[a-z]+)*-by)[^\S\n]*:/im;

export function mayBring({ branch, author }: Snapshot['pull']): boolean {
  return branch !== null && branch.length > 0 && branch.every((commit) => isPlain(commit, author));
}

function isPlain({ paths, parents, message, login }: BranchCommit, author: string): boolean {
  return (
    parents === 1 &&
    paths.every((path) => path === TRAIN_PATH) && // a claim begins with a commit of nothing
    (login === null || isBy(login, author)) &&
    message.length <= MESSAGE_LIMIT &&
    !message.includes('\ufffd') && // GitHub's sign for what is not UTF-8
    !TRAILER.test(message) &&
    isInert(message)
  );
}

/**
 * GitHub gives a commit to the account of its e-mail address. Agents often commit with an address of no account (null), which gives
 * it to no account; another's account is refused. Of an author whose account is deleted (`ghost`) nothing is known any more.
 */
function isBy(login: string, author: string): boolean {
  return author === 'ghost' || login.toLowerCase() === author.toLowerCase();
}

/** No ping, reference, closing word with an object, link, order to CI or hidden character. */
function isInert(message: string): boolean {
  const text = message.trimEnd();
  if (clean(text, MESSAGE_LIMIT) !== text) return false;
  return text.split('\n').every((line) => commitQuote(line, MESSAGE_LIMIT) === `> ${line.trim()}`.trimEnd());
}
