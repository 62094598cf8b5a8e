import { createHash } from 'node:crypto';
import { Decrypter, Encrypter, generateX25519Identity, identityToRecipient } from 'age-encryption';
import { zipSync } from 'fflate';
import { weekOf } from '../../core/calendar.ts';
import { available } from '../../core/credits/holds.ts';
import { pricesOf } from '../../core/credits/prices.ts';
import { type Borrowed, borrowedPath, parseBorrowed } from '../../core/formats/borrowing/record.ts';
import { LEDGER_PATH, type Ledger, ledgerText, openLedger, parseLedger } from '../../core/formats/ledger.ts';
import type { Report } from '../../core/formats/report.ts';
import { read } from '../examples/config.ts';
import { reportOf } from '../examples/report.ts';
import { zipOf } from '../town/played-machine.ts';
import type { LentOwner } from './lent-owner.ts';
import { REPO, type Stage, type Taken } from './stage.ts';

/** Somebody with credits who borrows, and machines that are played: what they hand over is encrypted for real. */

export const BORROWING = 'borrowing: { most-seconds: 600, most-mib: 4 }\n';

export class Borrower {
  readonly stage: Stage;
  readonly login: string;
  readonly id: number;
  readonly identity: string;
  readonly recipient: string;

  private constructor(
    stage: Stage,
    given: { login: string; id: number; identity: string; recipient: string },
  ) {
    this.stage = stage;
    ({ login: this.login, id: this.id, identity: this.identity, recipient: this.recipient } = given);
  }

  /** @param credits that it has in hand */
  static async with(stage: Stage, login: string, credits: number): Promise<Borrower> {
    const { data } = await (await stage.agent(login)).users.getAuthenticated();
    const identity = await generateX25519Identity();
    const recipient = await identityToRecipient(identity);
    const one = new Borrower(stage, { login, id: data.id, identity, recipient });
    const ledger =
      (await one.ledger()) ??
      openLedger('2026-01-01T00:00:00.000Z', pricesOf(read(await stage.file('.github/descent.yml'))));
    const lots = [{ week: weekOf(new Date().toISOString()), milli: credits * 1000 }];
    const accounts = { ...ledger.accounts, [one.account]: { lots, debt: 0 } };
    const owners = { ...ledger.owners, [one.account]: { login, runs: 1, milli: credits * 1000 } };
    await stage.commit({ [LEDGER_PATH]: ledgerText({ ...ledger, accounts, owners }) });
    return one;
  }

  get account(): string {
    return `#${this.id}`;
  }

  body(asked: object = {}, more = ''): string {
    const borrow = { seconds: 60, to: this.recipient, ...asked };
    return `\`\`\`yaml\nborrow: ${JSON.stringify(borrow)}\n${more}\`\`\`\n`;
  }

  /** Opens the request and waits for the bot. */
  ask(asked: object = {}, file = 'print("mine")\n', more = ''): Promise<number> {
    return this.stage.open(this.login, file, { title: 'Borrow', body: this.body(asked, more) });
  }

  async edit(pull: number, change: { body?: string; state?: 'open' | 'closed' }): Promise<void> {
    await this.stage.agentOf(this.login).pulls.update({ ...REPO, pull_number: pull, ...change });
    await this.stage.settle();
  }

  async ledger(): Promise<Ledger | null> {
    const text = await this.stage.file(LEDGER_PATH).catch(() => null);
    if (text === null) return null;
    const parsed = parseLedger(text);
    if (!parsed.ok) throw new Error(parsed.problems.join('\n'));
    return parsed.value;
  }

  /** What it has in hand, in credits. */
  async has(): Promise<number> {
    return available((await this.ledger())!, this.account, []) / 1000;
  }

  async record(pull: number): Promise<Borrowed | null> {
    const text = await this.stage.file(borrowedPath(pull)).catch(() => null);
    const parsed = text === null ? null : parseBorrowed(text);
    if (parsed && !parsed.ok) throw new Error(parsed.problems.join('\n'));
    return parsed?.value ?? null;
  }

  /** What the outcome of an archive says, by this borrower's key. */
  async opened(encrypted: Uint8Array): Promise<string> {
    const decrypter = new Decrypter();
    decrypter.addIdentity(this.identity);
    return decrypter.decrypt(encrypted, 'text');
  }
}

/** What a machine that did all it should hands in for a borrowed job. */
export async function outcomeOf(taken: Taken, text: string): Promise<{ file: Uint8Array; report: Report }> {
  const encrypter = new Encrypter();
  encrypter.addRecipient(taken.job.borrow!.to);
  const file = await encrypter.encrypt(text);
  const borrowed = { sha256: createHash('sha256').update(file).digest('hex'), bytes: file.length };
  return { file, report: borrowedReport(taken, { borrowed }) };
}

export function borrowedReport({ job }: Taken, change: Partial<Report> = {}): Report {
  const report = reportOf(job);
  const empty = { valBpb: null, heldoutBpb: null, probes: null, curve: [], metrics: {}, weightsBytes: null };
  return {
    ...{ ...report, ...empty, outcome: 'borrowed', digests: { ...report.digests, weights: null } },
    ...change,
  };
}

/** The machine takes the order that waits, hands in this outcome, and is free again; null where none waits. */
export async function lendTo(stage: Stage, owner: LentOwner, text: string): Promise<Taken | null> {
  const taken = await owner.next();
  if (!taken) return null;
  await handInOutcome(stage, taken, text);
  await owner.say({ status: 'free' });
  return taken;
}

/** What the machine made, encrypted to the borrower. */
export async function handInOutcome(stage: Stage, taken: Taken, text: string): Promise<void> {
  const { file, report } = await outcomeOf(taken, text);
  await stage.upload(taken, zipOf(report));
  await stage.upload(taken, zipSync({ 'weights.bin': file }, { level: 0 }), 'scored');
  await stage.complete(taken);
}
