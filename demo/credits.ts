import { weekOf } from '../core/calendar.ts';
import { available, pendingOf } from '../core/credits/holds.ts';
import { pricesOf } from '../core/credits/prices.ts';
import { CONFIG_PATH, parseConfig } from '../core/formats/config.ts';
import { LEDGER_PATH, openLedger, parseLedger } from '../core/formats/ledger.ts';
import { Reader } from '../testing/bot/reader.ts';
import { REPO, type Town } from '../testing/town/town.ts';

/** Credits of the demo. What is earned on a day waits until a run of a later day is repeated, so a day alone shows no bid. */

const WEEK_MS = 7 * 86_400_000;

/**
 * Main begins with a ledger of before roots were kept, in which these owners have credits of last week: as a swarm has that ran before.
 * `descent ledger verify` takes it as it stands, and says so.
 */
export async function earnedBefore(town: Town, credits: Record<string, number>): Promise<void> {
  const text = await new Reader(town.onlooker).file(CONFIG_PATH);
  const config = parseConfig(text);
  if (!config.ok) throw new Error(config.problems.join('; '));
  const week = weekOf(new Date(Date.now() - WEEK_MS).toISOString());
  const { at, root: _, rules: __, ...ledger } = openLedger(`${week}T00:00:00.000Z`, pricesOf(config.value));
  for (const [login, had] of Object.entries(credits)) {
    await town.tokenOf(login);
    const { data } = await town.as(login).users.getAuthenticated();
    const milli = had * 1000;
    ledger.accounts[`#${data.id}`] = { lots: [{ week, milli }], debt: 0 };
    ledger.owners[`#${data.id}`] = { login, runs: Math.ceil(had / 36), milli };
  }
  await town.as(REPO.owner).repos.createOrUpdateFileContents({
    ...{ ...REPO, path: LEDGER_PATH, message: `Credits of before ${at.slice(0, 10)}` },
    content: Buffer.from(`${JSON.stringify(ledger)}\n`).toString('base64'),
  });
}

/** What owners have now. @param text of main's ledger */
export function balances(text: string): { login: string; free: number; pending: number }[] {
  const parsed = parseLedger(text);
  if (!parsed.ok) throw new Error(parsed.problems.join('; '));
  const ledger = parsed.value;
  return Object.entries(ledger.owners).map(([account, { login }]) => ({
    login,
    free: available(ledger, account, []) / 1000,
    pending: pendingOf(ledger, account) / 1000,
  }));
}
