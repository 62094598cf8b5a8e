import { BASELINES } from '../../core/formats/baseline.ts';
import { CONFIG_PATH } from '../../core/formats/config.ts';
import { LEDGER_PATH, type Ledger } from '../../core/formats/ledger.ts';
import type { ExperimentResult } from '../../core/formats/result.ts';
import { type Forger, MIDDLE, onLedger, pretty } from './forger.ts';
import { recordPath } from './honest.ts';

/** Ways to make main's history say something else, each with the commit that does not follow any more. */

export interface Tampering {
  name: string;
  /** @returns the place of the commit that `ledger verify` is to name */
  forge(forger: Forger): number;
}

const at = (name: string, forge: Tampering['forge']): Tampering => ({ name, forge });

const firstRun = (change: object) => (result: ExperimentResult) => ({
  ...result,
  runs: result.runs.map((run, i) => (i === 0 ? { ...run, ...change } : run)),
});

const richer = (account: string, milli: number) => (ledger: Ledger) => {
  const { lots, debt } = ledger.accounts[account]!;
  const week = lots[0]?.week ?? '2026-11-23';
  const more = { week, milli: (lots[0]?.milli ?? 0) + milli };
  return { ...ledger, accounts: { ...ledger.accounts, [account]: { debt, lots: [more, ...lots.slice(1)] } } };
};

const spendable = (ledger: Ledger): Ledger => {
  const [name, earner] = Object.entries(ledger.machines).find(([, one]) => one.pending.length > 0)!;
  const machines = { ...ledger.machines, [name]: { ...earner, pending: [], recent: earner.pending } };
  const milli = earner.pending.reduce((sum, day) => sum + day.milli, 0);
  return richer(earner.account, milli)({ ...ledger, machines });
};

const handedOver = (ledger: Ledger): Ledger => {
  const machine = ledger.machines['bob.desk']!;
  return { ...ledger, machines: { ...ledger.machines, 'bob.desk': { ...machine, account: '@eve' } } };
};

const baseline = ({ commits }: Forger) =>
  commits.flatMap(({ files }) => [...files.keys()]).filter((path) => path.startsWith(BASELINES));

const token = 'results/tokens/cpu/1.json';

const RESULTS: Tampering[] = [
  at('the loss of a run is made better', (forger) => forger.record(5, firstRun({ valBpb: 1.9 }))),
  at('a run is given to another owner', (forger) => forger.record(5, firstRun({ owner: 'ada' }), 2)),
  at('a crash becomes a run that was scored', (forger) =>
    forger.record(4, (result) => ({
      ...result,
      runs: result.runs.map((run) => ({ ...run, outcome: 'scored' as const, valBpb: 2.4 })),
    })),
  ),
  at('a run is taken out', (forger) =>
    forger.record(5, (result) => ({ ...result, runs: result.runs.slice(1) })),
  ),
  at('a result is deleted', (forger) => forger.after(MIDDLE, { [recordPath(3)]: null })),
  at('a result is moved to another name', (forger) => {
    const text = forger.text(recordPath(3), MIDDLE);
    return forger.after(MIDDLE, { [recordPath(3)]: null, [recordPath(333)]: text });
  }),
  at('a result is added, and no run of it is paid', (forger) => {
    const result = forger.main.result(77, [forger.main.run('eve')], {
      decidedAt: forger.commits[MIDDLE]!.at,
    });
    return forger.after(MIDDLE, { [recordPath(77)]: pretty(result) });
  }),
  at('a refused file is called a record', (forger) =>
    forger.record(5, (result) => ({ ...result, verdict: 'improved' })),
  ),
  at('the measured loss of a verdict is changed, and called decided again', (forger) =>
    forger.record(5, (result) => ({ ...result, valBpb: 1.8, decidedAt: '2026-11-24T20:00:00.000Z' })),
  ),
  at('the author’s words are changed', (forger) =>
    forger.record(5, (result) => ({ ...result, authorText: { ...result.authorText, title: 'Mine' } })),
  ),
  at('an author is replaced', (forger) => forger.record(5, (result) => ({ ...result, author: 'mallory' }))),
  at('an insight is taken back', (forger) => {
    const last = forger.last(recordPath(4));
    return forger.edit(recordPath(4), last, (text) => pretty({ ...JSON.parse(text), insights: [] }));
  }),
  at('an open audit disappears', (forger) => forger.record(6, (result) => ({ ...result, audits: [] }))),
  at('an audit that found an outlier agrees', (forger) => {
    const last = forger.last(recordPath(2));
    return forger.edit(recordPath(2), last, (text) => {
      const result: ExperimentResult = JSON.parse(text);
      const audits = result.audits.map((audit) => ({ ...audit, outcome: 'agreed', outlier: null }));
      return pretty({ ...result, audits });
    });
  }),
  at('a run that does not count any more counts again, unpaid', (forger) => {
    const last = forger.last(recordPath(2));
    return forger.edit(recordPath(2), last, (text) => text.replace(/,\s*"discounted": "[^"]*"/, ''));
  }),
  at('a result is half a file', (forger) => forger.edit(recordPath(5), MIDDLE, (text) => text.slice(0, 300))),
  at('a result becomes a link', (forger) =>
    forger.edit(recordPath(5), MIDDLE, () => 'elsewhere.json', { link: recordPath(5) }),
  ),
  at('one run is in two results, and the bot’s code pays it twice', (forger) => {
    const known = forger.main.standing(5).runs[0]!;
    const result = forger.main.result(80, [{ ...known, at: forger.main.now }]);
    return forger.writes({ kind: 'result', result });
  }),
  at('a result of last month comes late', (forger) => {
    const result = forger.main.result(81, [forger.main.run('eve')], {
      decidedAt: '2026-11-24T00:00:00.000Z',
    });
    return forger.writes({ kind: 'result', result });
  }),
  at('a merge brings an edited result in from the side', (forger) =>
    forger.edit(recordPath(3), MIDDLE, (text) => text.replace('"valBpb": 2.5', '"valBpb": 2.25'), {
      merges: true,
    }),
  ),
  at('runs of main’s own file are changed', (forger) =>
    forger.edit(baseline(forger)[0]!, MIDDLE, (text) => text.replace('"owner": "ada"', '"owner": "eve"')),
  ),
  at('runs of main’s own file are deleted', (forger) =>
    forger.after(MIDDLE, { [baseline(forger)[0]!]: null }),
  ),
  at('runs of main’s own file are invented', (forger) => {
    const runs = [forger.main.run('eve', { stage: 'baseline', at: forger.commits[MIDDLE]!.at })];
    const path = `${BASELINES}/${runs[0]!.at.slice(0, 7)}/cpu-${runs[0]!.runId}.json`;
    return forger.after(MIDDLE, { [path]: pretty({ schema: 1, track: 'cpu', runs }) });
  }),
];

const LEDGER: Tampering[] = [
  at('a balance grows', (forger) => forger.ledger(richer('@bob', 1_000_000))),
  at('a balance grows in a commit of the bot', (forger) =>
    forger.within(forger.adds(recordPath(8)), LEDGER_PATH, onLedger(richer('@bob', 1))),
  ),
  at('a balance grows, and the common purse pays it', (forger) =>
    forger.within(
      forger.adds(recordPath(8)),
      LEDGER_PATH,
      onLedger((ledger) => {
        const system = { ...ledger.system, commons: ledger.system.commons! - 5000 };
        return richer('@bob', 5000)({ ...ledger, system });
      }),
    ),
  ),
  at('credits go from one account to another', (forger) => forger.ledger(handedOver)),
  at('what waits may be spent', (forger) =>
    forger.within(forger.adds(recordPath(7)), LEDGER_PATH, onLedger(spendable)),
  ),
  at('credits last longer than half a year', (forger) => {
    const place = forger.commits.findIndex(({ files }) => /"lots":\[\{/.test(files.get(LEDGER_PATH) ?? ''));
    return forger.within(
      place,
      LEDGER_PATH,
      onLedger((ledger) => {
        const [name, account] = Object.entries(ledger.accounts).find(([, { lots }]) => lots.length > 0)!;
        const lots = account.lots.map((lot) => ({ ...lot, week: '2027-06-28' })).slice(0, 1);
        return { ...ledger, accounts: { ...ledger.accounts, [name]: { ...account, lots } } };
      }),
    );
  }),
  at('a debt is forgiven', (forger) => {
    const place = forger.commits.findIndex(({ files }) => /"debt":[1-9]/.test(files.get(LEDGER_PATH) ?? ''));
    return forger.edit(LEDGER_PATH, place, (text) => text.replace(/"debt":[1-9]\d*/, '"debt":0'));
  }),
  at('the root is another', (forger) =>
    forger.within(
      forger.adds(recordPath(8)),
      LEDGER_PATH,
      onLedger((ledger) => ({ ...ledger, root: 'a'.repeat(64) })),
    ),
  ),
  at('the root is left out, as in older ledgers', (forger) =>
    forger.within(forger.adds(recordPath(8)), LEDGER_PATH, (text) => text.replace(/,"root":"[0-9a-f]*"/, '')),
  ),
  at('an event is not counted', (forger) =>
    forger.within(
      forger.adds(recordPath(8)),
      LEDGER_PATH,
      onLedger((ledger) => ({ ...ledger, events: ledger.events - 1 })),
    ),
  ),
  at('a price is raised that the configuration does not have', (forger) =>
    forger.ledger((ledger) => ({
      ...ledger,
      prices: [{ ...ledger.prices[0]!, prices: { cpu: { run: 720_000, scoring: 1 } } }],
    })),
  ),
  at('a new price holds in the very commit that sets it', (forger) => {
    const place = forger.adds(recordPath(6));
    forger.commits[place]!.files.set(CONFIG_PATH, forger.text(CONFIG_PATH, forger.commits.length - 1));
    return forger.within(place, LEDGER_PATH, (text) => text.replaceAll('72000', '144000'));
  }),
  at('an earlier ledger comes back', (forger) => {
    const old = forger.text(LEDGER_PATH, MIDDLE - 3);
    return forger.after(MIDDLE, { [LEDGER_PATH]: old });
  }),
  at('the ledger is deleted', (forger) => forger.after(MIDDLE, { [LEDGER_PATH]: null })),
  at('the ledger is deleted by the commit that begins a new one', (forger) => {
    const place = forger.adds(recordPath(9));
    return forger.within(
      place,
      LEDGER_PATH,
      onLedger((ledger) => ({
        ...ledger,
        ...{ events: 1, accounts: {}, owners: {}, system: {}, machines: {}, crashes: [] },
      })),
    );
  }),
  at('the ledger cannot be read', (forger) => forger.edit(LEDGER_PATH, MIDDLE, (text) => text.slice(0, -9))),
  at('the ledger says the same in another form', (forger) =>
    forger.edit(LEDGER_PATH, MIDDLE, (text) => pretty(JSON.parse(text))),
  ),
  at('a crash is paid once more', (forger) => {
    const counted = /("account":"[^"]*","author":"[^"]*","day":"[^"]*","paid":)1/;
    const place = forger.commits.findIndex(({ files }) => counted.test(files.get(LEDGER_PATH) ?? ''));
    return forger.edit(LEDGER_PATH, place, (text) => text.replace(counted, '$10'));
  }),
];

const SPENDING: Tampering[] = [
  at('a result says that more was spent than there was', (forger) => {
    const run = forger.main.run('eve');
    const paid = [
      { runId: run.runId, account: '@ada', login: 'ada', milli: 900_000_000, for: 'bid' as const },
    ];
    const result = forger.main.result(82, [run]);
    const place = forger.writes({ kind: 'result', result });
    forger.commits[place]!.files.set(recordPath(82), pretty({ ...result, paid }));
    return place;
  }),
];

const HISTORY: Tampering[] = [
  at('a verdict is left out of the history', (forger) => {
    const place = forger.adds(recordPath(8));
    forger.commits.splice(place, 1);
    return place;
  }),
  at('two verdicts change places', (forger) => {
    const place = forger.adds(recordPath(11));
    const [first, second] = forger.commits.slice(place, place + 2);
    forger.commits.splice(place, 2, second!, first!);
    return place;
  }),
  at('a verdict is committed a month later', (forger) => {
    const place = forger.commits.length - 1;
    forger.commits[place] = { ...forger.commits[place]!, at: '2027-12-31T00:00:00.000Z' };
    return place;
  }),
];

const TOKENS: Tampering[] = [
  at('a token is given to another author', (forger) =>
    forger.edit(token, forger.adds(token) + 1, (text) => text.replace(/"login": "[^"]*"/, '"login": "eve"')),
  ),
  at('a token is written for another author', (forger) =>
    forger.within(forger.adds(token), token, (text) => text.replace(/"login": "[^"]*"/, '"login": "eve"')),
  ),
  at('a token is deleted', (forger) => forger.after(MIDDLE, { [token]: null })),
  at('a token is made of nothing', (forger) =>
    forger.after(MIDDLE, {
      'results/tokens/cpu/9.json': forger.text(token, MIDDLE).replace('"number": 1', '"number": 9'),
    }),
  ),
  at('a record gets no token', (forger) => {
    forger.commits[forger.adds(token)]!.files.delete(token);
    return forger.adds('results/tokens/cpu/2.json');
  }),
];

export const TAMPERINGS: Tampering[] = [...RESULTS, ...LEDGER, ...SPENDING, ...HISTORY, ...TOKENS];
