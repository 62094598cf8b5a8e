import { needsWork } from '../../app/say/before-verdict.ts';
import { BORROW_ENDED, borrowedMessage, borrowedRun, NOT_BORROWED } from '../../app/say/borrow.ts';
import { waitingRun } from '../../app/say/run-check.ts';
import { type Chapter, commitEntry, messageEntry, textEntry } from './entry.ts';

const { summary, title } = borrowedRun({ outcome: 'borrowed', machine: 'owner1.desk', seconds: 600 });

export const borrowing: Chapter = {
  title: 'Borrowing',
  where:
    'Beside the decisions `borrowing` and `borrow-over`: why nothing is lent, in check runs of runs, and in a commit.',
  entries: [
    messageEntry(
      'not borrowed',
      needsWork([
        NOT_BORROWED.off,
        NOT_BORROWED.track('h200', ['cpu', 'h100']),
        NOT_BORROWED.data('images', ['pysource', 'climbmix']),
        NOT_BORROWED.seconds(7200, 600),
        NOT_BORROWED.ledger,
        NOT_BORROWED.nobody,
        NOT_BORROWED.again(41),
        NOT_BORROWED.cover(4, 60, 240_000, 12_500, 0),
        NOT_BORROWED.cover(4, 60, 240_000, 12_500, 60_000),
      ]),
    ),
    textEntry('a run that ended', `${title}\n\n${summary}`),
    textEntry('a run that waits', waitingRun(BORROW_ENDED.noMachine).summary),
    textEntry('a data set that is gone', BORROW_ENDED.noData('climbmix')),
    commitEntry('all ended', borrowedMessage(41, 4)),
  ],
};
