import { borrowPrice } from '../../../core/credits/borrowing.ts';
import { available, type Hold, heldBy } from '../../../core/credits/holds.ts';
import type { BorrowRequest } from '../../../core/formats/borrowing/request.ts';
import { type Reason, reason } from '../../../core/formats/reasons.ts';
import { own } from '../../../core/names.ts';
import { dataSetsOf, withDataSet } from '../../../core/rules/data-sets.ts';
import { checksOf } from '../../../core/rules/eligibility.ts';
import type { CheckWrite, Order } from '../../model/effect.ts';
import type { QueueEntry, Snapshot } from '../../model/snapshot.ts';
import { NOT_BORROWED } from '../../say/borrow.ts';
import type { Decided } from '../answer/decided.ts';
import type { Terms } from '../answer/decision.ts';
import { dispatchAsked } from '../answer/underway.ts';
import { eligibilityAsked } from '../rules/eligibility.ts';
import { lacksOf, newcomersAsked } from '../rules/newcomers.ts';
import { holdsOf } from '../rules/spending/holds.ts';
import type { Settings } from '../state/settings.ts';
import { mostMiB, orderFirst } from './order.ts';
import { placesFor } from './place.ts';

/** Nothing is ordered yet: may it be, and do its author's credits cover it? Then all copies are ordered at once, or wait for a machine. */
export function begin(snapshot: Snapshot, settings: Settings): Decided {
  const { pull } = snapshot;
  if (pull.state !== 'open' || pull.draft || !pull.heads[0])
    return {
      reasons: [],
      rest: `nothing is borrowed: the pull request is ${pull.draft ? 'a draft' : pull.state}`,
    };
  const asked = pull.borrow!;
  const track = (asked.ok ? asked.value.track : null) ?? settings.config.primary;
  const blob = pull.file?.oid ?? '-';
  const refuse = (problems: string[], reasons: Reason[]): Decided => ({
    says: { decision: { code: 'needs-work', problems }, blob, track },
    reasons,
  });
  const checked = checksOf(
    { ...pull, description: { ok: true, value: NO_WORDS } },
    {
      defaultBranch: snapshot.main.branch,
      tracks: Object.keys(settings.config.tracks),
      ...{ primary: settings.config.primary, asked: [settings.config.primary], admitted: false },
    },
  );
  const problems = checked.flatMap((one) => one.problems);
  const eligible = eligibilityAsked(checked);
  if (!asked.ok)
    return refuse([...problems, ...asked.problems.map((one) => `description: ${one}`)], [eligible]);
  const before = snapshot.borrowed ? [NOT_BORROWED.again(pull.number)] : [];
  const unfit = [...problems, ...before, ...unfitFor(settings, asked.value, track)];
  if (unfit.length > 0) return refuse(unfit, [eligible]);
  const lacks = lacksOf(snapshot, settings);
  if (lacks.length > 0)
    return {
      says: { decision: { code: 'needs-approval', lacks }, blob, track },
      reasons: [eligible, newcomersAsked(settings, lacks)],
    };
  const covered = coverOf(snapshot, settings, asked.value, track);
  if ('problem' in covered)
    return refuse([covered.problem], [eligible, reason('borrow', 'refused', 'no-cover', covered.problem)]);
  return orderAll(snapshot, settings, { request: asked.value, track, terms: covered }, [eligible]);
}

const NO_WORDS = {
  ...{ hypothesis: '', change: null, expect: null, buildsOn: [], differs: null, agent: null },
  ...{ bid: null, tracks: [] },
};

function unfitFor({ config }: Settings, { seconds, data }: BorrowRequest, track: string): string[] {
  if (!config.borrowing || !config.lending) return [NOT_BORROWED.off];
  const tracks = Object.keys(config.tracks);
  if (!own(config.tracks, track)) return [NOT_BORROWED.track(track, tracks)];
  const dataSets = dataSetsOf(config.tracks);
  if (data !== undefined && !dataSets.includes(data)) return [NOT_BORROWED.data(data, dataSets)];
  const most = config.borrowing['most-seconds'];
  return seconds > most ? [NOT_BORROWED.seconds(seconds, most)] : [];
}

function coverOf(
  snapshot: Snapshot,
  { config }: Settings,
  { seconds, copies }: BorrowRequest,
  track: string,
): Terms | { problem: string } {
  const { ledger } = snapshot.main;
  const { authorId } = snapshot.pull;
  if (!authorId) return { problem: NOT_BORROWED.nobody };
  if (ledger && !ledger.ok) return { problem: NOT_BORROWED.ledger };
  const account = `#${authorId}`;
  const milli = borrowPrice(config.tracks[track]!, seconds, copies);
  const { pull, queue, closed = [] } = snapshot;
  const others = [...queue, ...closed].filter((entry) => entry.pull !== pull.number);
  const holds = [...holdsOf(others), ...unseenHolds(snapshot, config, account, others)];
  const has = ledger ? available(ledger.value, account, holds) : 0;
  if (milli <= has) return { seconds, copies, hold: { account, milli } };
  return { problem: NOT_BORROWED.cover(copies, seconds, milli, has, heldBy(account, holds)) };
}

/** Of the same person's requests whose latest commit was not looked at yet: its check, which says what is held, is on an earlier one. */
function unseenHolds(
  { pull, borrowing = [] }: Snapshot,
  { tracks }: Settings['config'],
  account: string,
  others: QueueEntry[],
): Hold[] {
  const unseen = others.filter(({ author, overall }) => author === pull.author && overall === null);
  return borrowing.flatMap(({ pull: of, track, seconds }) => {
    const rules = own(tracks, track);
    const counts = rules && unseen.some((entry) => entry.pull === of);
    return counts ? [{ account, milli: borrowPrice(rules, seconds, 1) }] : [];
  });
}

function orderAll(
  snapshot: Snapshot,
  settings: Settings,
  { request, track, terms }: { request: BorrowRequest; track: string; terms: Terms },
  reasons: Reason[],
): Decided {
  const { seconds, copies, keep, to, input } = request;
  const { tracks } = settings.config;
  const ofTrack = tracks[track]!;
  const dataset = request.data ?? ofTrack.dataset;
  const rules = withDataSet(tracks, ofTrack, dataset)!;
  const blob = snapshot.pull.file!.oid;
  const borrow = { keep, to, ...(input && { input }) };
  const asked = { blob, track, dataset, seconds, weightsMiB: mostMiB(settings.config, rules), borrow };
  const place = placesFor(snapshot, settings, asked, []);
  const orders: Order[] = [];
  const checks: CheckWrite[] = [];
  for (const [i, fresh] of snapshot.fresh.slice(0, copies).entries()) {
    const lent = place(null, fresh.nonce);
    const made = orderFirst(snapshot, rules, asked, { ordinal: i + 1, lent, fresh });
    if ('order' in made) orders.push(made.order);
    else checks.push(made.check);
  }
  const counts = { out: orders.length, waiting: checks.length, ended: 0 };
  return {
    says: { decision: { code: 'borrowing', terms, ...counts }, blob, track },
    reasons: [
      ...reasons,
      reason('borrow', 'acts', 'held', `${terms.hold.milli} thousandths`),
      dispatchAsked(orders),
    ],
    checks,
    dispatch: orders,
    rest: 'it waits for machines that are lent to borrowers',
  };
}
