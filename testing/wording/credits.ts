import type { Decision } from '../../app/decide/answer/decision.ts';
import type { Bid } from '../../app/decide/rules/spending/bid.ts';
import { resultOf } from '../examples/result.ts';
import { verdictOf } from '../snapshot/codes.ts';
import { snapshot } from '../snapshot/snapshot.ts';
import { type Chapter, decisionEntry } from './entry.ts';

const nova = { account: '#14', login: 'nova', milli: 600_000, for: 'bid' as const };
const eve = { account: '#15', login: 'eve', milli: 72_500, for: 'sponsor' as const };
const queued = (bid: Partial<Bid>): Decision => ({
  ...{ code: 'queued', before: 2, held: false, perAuthor: 3, begun: false, behind: false },
  bid: { offers: [], short: [], price: 72_000, ...bid },
});
const measuring: Decision = {
  code: 'measuring',
  progress: {
    ...{ budgetSeconds: 60, losses: [], running: 1, several: true, confirming: false, frontier: null },
  },
  paid: [{ ...nova, milli: 72_000 }],
};
const paid = [
  { ...eve, runId: 100, milli: 71_000 },
  { ...nova, runId: 100, milli: 1000 },
];
const free = { free: 0, held: 0, pending: 0 };

/** Bids, and what becomes of them. */
export const credits: Chapter = {
  title: 'Credits',
  where: 'Of pull requests for which credits are bid. Answers to `/sponsor` are among those to commands.',
  entries: [
    decisionEntry('a bid, and a sponsor', queued({ offers: [eve, nova] }), snapshot()),
    decisionEntry(
      'bids that do not count',
      queued({
        short: [
          { ...nova, why: 'cover', has: { free: 200_000, held: 400_000, pending: 1500 } },
          { ...eve, why: 'cover', has: free },
          { ...eve, milli: 1000, why: 'price', price: 72_000 },
          { ...nova, why: 'machine' },
        ],
      }),
      snapshot(),
    ),
    decisionEntry('it started before its turn', measuring, snapshot()),
    decisionEntry(
      'its verdict charges it',
      verdictOf([{ result: resultOf({ paid }), consequence: 'closed' }]),
      snapshot(),
    ),
    decisionEntry(
      'the account has less by then',
      verdictOf([{ result: resultOf(), consequence: 'closed', unpaid: paid }]),
      snapshot(),
    ),
  ],
};
