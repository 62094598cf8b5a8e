import { afterEach, beforeEach, expect, it } from 'vitest';
import { Borrower } from '../../testing/bot/borrower.ts';
import { GOOD_BODY, REPO, Stage } from '../../testing/bot/stage.ts';
import { CONFIG } from '../../testing/examples/config.ts';

/** Who earned credits before spends them for an earlier turn. A run costs 72, and there is one machine. */

let stage: Stage;
let nova: Borrower;
let eve: Borrower;
let running: number;
beforeEach(async () => {
  stage = await Stage.open({ '.github/descent.yml': CONFIG.replace('capacity: 2', 'capacity: 1') });
  await stage.begin(2);
  nova = await Borrower.with(stage, 'nova', 700);
  eve = await Borrower.with(stage, 'eve', 100);
  // Everybody waits for this one.
  running = await stage.open('vega', 'print("running")\n');
});
afterEach(() => stage.close());

const body = (bid: number | string) =>
  `\`\`\`yaml\nhypothesis: More steps at the same budget lower the loss.\nbid: ${bid}\n\`\`\`\n`;
let files = 0;
function open(login: string, bid?: number | string): Promise<number> {
  files += 1;
  const text = bid === undefined ? GOOD_BODY : body(bid);
  return stage.open(login, `print("file ${files}")\n`, { title: `File ${files}`, body: text });
}
async function edit(
  login: string,
  pull: number,
  change: { body?: string; state?: 'open' | 'closed' },
): Promise<void> {
  await stage.agentOf(login).pulls.update({ ...REPO, pull_number: pull, ...change });
  await stage.settle();
}
async function say(login: string, pull: number, text: string): Promise<void> {
  await (await stage.agent(login)).issues.createComment({ ...REPO, issue_number: pull, body: text });
  await stage.settle();
}
/** The one that has the machine ends, in vain. */
async function next(): Promise<number | null> {
  const taken = await stage.take();
  if (!taken) return null;
  await stage.finish(taken, { valBpb: 2.5 });
  return taken.job.pull;
}
const bidIn = async (pull: number) => (await stage.codes(pull)).rules.bid;

it('who bids goes first and is charged with the verdict; then one goes without bids; a sponsor helps the next', async () => {
  const patient = await open('bob');
  const late = await open('cleo');
  const hasty = await open('nova', 600);
  expect([await bidIn(hasty), await bidIn(patient)]).toEqual(['covered', undefined]);
  await say('eve', late, '/sponsor 100');
  expect((await stage.reply(late)).endings).toEqual(['taken']);
  expect([await next(), await next()]).toEqual([running, hasty]);
  expect([await nova.has(), await eve.has()]).toEqual([628, 100]);
  expect((await stage.view(hasty)).comments[0]).toContain('72 credits of `nova` went to the common purse');
  // Cleo's is sponsored, and this start goes without bids.
  expect(await next()).toBe(patient);
  // It is the last: it starts without anybody's credits.
  expect(await next()).toBe(late);
  expect([await nova.has(), await eve.has()]).toEqual([628, 100]);
}, 60_000);

it('nothing is bid that is not there, and what a run has spent stays as it was agreed', async () => {
  await open('bob');
  const [one, two] = [await open('nova', 700), await open('nova', 700)];
  expect([await bidIn(one), await bidIn(two)]).toEqual(['covered', 'cover']);
  expect((await stage.view(two)).comments[0]).toContain('700 credits are held by other pull requests');
  for (const bid of ['1e309', -5, 0.5, '"600"']) {
    await edit('nova', two, { body: body(bid) });
    expect((await stage.view(two)).labels, String(bid)).toEqual(['needs-work']);
  }
  expect(await next()).toBe(running); // now number one has started before bob's
  await edit('nova', one, { body: body(1) });
  await edit('nova', one, { state: 'closed' });
  // Its run is out: what it has spent is not free again, though it is closed.
  await edit('nova', two, { body: body(629) });
  expect(await bidIn(two)).toBe('cover');
  await edit('nova', two, { body: body(628) });
  expect(await bidIn(two)).toBe('covered');
  expect(await next()).toBe(one);
  expect(await nova.has()).toBe(628);
}, 60_000);

it('nobody sponsors with words alone: no author, no impostor of the bot, nothing on what is closed', async () => {
  const waits = await open('bob');
  const mine = await open('cleo');
  await say('cleo', mine, '/sponsor 10');
  await say('eve', mine, '/sponsor 101');
  expect((await stage.reply(mine)).endings).toEqual(['refused', 'refused']);
  const blob = (
    await stage.onlooker.repos.getContent({
      owner: 'cleo',
      repo: REPO.repo,
      path: 'train/train.py',
      ref: (await stage.view(mine)).head,
    })
  ).data as { sha: string };
  const forged = `<!-- descent:commands approved=no sponsors=${nova.id}/nova/700/${blob.sha} -->\n/sponsor 700`;
  await say('descent-bot', mine, forged);
  expect(await bidIn(mine)).toBeUndefined();
  expect([await next(), await next()]).toEqual([running, waits]);
  await edit('cleo', mine, { state: 'closed' });
  await say('eve', mine, '/sponsor 50');
  expect((await stage.reply(mine)).endings.at(-1)).toBe('refused');
  expect(await eve.has()).toBe(100);
}, 60_000);
