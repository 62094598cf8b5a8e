import { ledgerAfter } from '../../app/decide/results/ledger.ts';
import type { World } from '../../app/model/snapshot.ts';
import { CONFIG_PATH } from '../../core/formats/config.ts';
import { LEDGER_PATH, type Ledger, ledgerText } from '../../core/formats/ledger.ts';
import { type ExperimentResult, resultPath } from '../../core/formats/result.ts';
import { CONFIG, read } from '../../testing/examples/config.ts';
import { snapshot } from '../../testing/snapshot/snapshot.ts';
import { syntheticResult } from '../memory/synthetic.ts';

/** A year of verdicts, a commit each, with the ledger that the bot's own code writes beside them: a stream for `git fast-import`. */

const OWNERS = 30;
const AUTHORS = 40;
const TEXT = CONFIG.replace('primary: cpu', 'primary: h100').replace('  cpu:', '  h100:');
const START = '2026-01-01T00:00:00.000Z';

/** Experiment `number` as it is measured by machines of its own, with ids as GitHub gives them. */
export function measured(number: number): ExperimentResult {
  const result = syntheticResult(number);
  const runs = result.runs.map((run, i) => {
    const owner = `owner-${(number * 7 + i) % OWNERS}`;
    return { ...run, owner, machine: `${owner}.desk`, runId: 1_000_000 + 20 * number + i };
  });
  const author = `author-${number % AUTHORS}`;
  return { ...result, author, runs };
}

/** Results come first and ledgers after each other, so that git keeps each as what differs from the one before. */
export function* streamOf(count: number): Generator<string> {
  for (let number = 1; number <= count; number += 1)
    yield blob(number, `${JSON.stringify(measured(number), null, 2)}\n`);
  yield commit(START, `M 100644 inline ${CONFIG_PATH}\n${data(TEXT)}`);
  let ledger: Ledger | null = null;
  for (let number = 1; number <= count; number += 1) {
    const result = measured(number);
    ledger = next(ledger, result);
    const mark = count + number;
    yield blob(mark, ledgerText(ledger));
    yield commit(
      result.decidedAt,
      `M 100644 :${number} ${resultPath(result)}\nM 100644 :${mark} ${LEDGER_PATH}\n`,
    );
  }
}

function next(ledger: Ledger | null, result: ExperimentResult): Ledger {
  const base = snapshot();
  const main: World['main'] = {
    ...base.main,
    config: { ok: true, value: read(TEXT) },
    ledger: ledger && { ok: true, value: ledger },
  };
  return ledgerAfter({ ...base, now: result.decidedAt, main }, [{ now: result, before: null }], [])!;
}

function commit(at: string, files: string): string {
  const seconds = Math.floor(Date.parse(at) / 1000);
  return `commit refs/heads/main\ncommitter Descent <descent@localhost> ${seconds} +0000\ndata 7\nresults\n${files}\n`;
}

function blob(mark: number, text: string): string {
  return `blob\nmark :${mark}\n${data(text)}`;
}

function data(text: string): string {
  return `data ${Buffer.byteLength(text)}\n${text}\n`;
}
