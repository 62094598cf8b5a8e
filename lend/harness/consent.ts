import { DESCENT } from '../../core/command-name.ts';
import { CommandError } from '../../core/errors.ts';
import { inert, inertLine } from '../../core/text/harmless/terminal.ts';
import type { Harness, Trust } from './harness.ts';

/** The owner's word for what changed since they last gave it. */

export interface Owner {
  /** Shows text to the owner. */
  show(text: string): void;
  /** Asks at the terminal; null where nobody is there to answer. */
  ask: ((question: string) => Promise<boolean>) | null;
}

/**
 * Whether main's newest commit may run, asked before any job is.
 * @returns what is trusted from now on
 * @throws CommandError that names the commit, where the owner did not say yes
 */
export async function consent(harness: Harness, trust: Trust, owner: Owner): Promise<Trust> {
  await harness.fetch();
  const head = await harness.head();
  const verdict = await harness.judge(trust, head);
  if (!verdict.ok && verdict.kind === 'rewritten')
    throw new CommandError(
      verdict.why,
      `Results or credits may be gone: ask the maintainers why. When you know why, and trust it: ${DESCENT} lend --accept ${head}`,
    );
  if (verdict.ok) await harness.remember();
  if (verdict.ok || trust.follow) return trust;
  owner.show(`The swarm's main is at ${head}, and ${inertLine(verdict.why, 1000)}.\n`);
  owner.show(inert(await harness.diff(trust.accepted, head)));
  if (await owner.ask?.(`May this run on your machine outside the sandbox?`)) {
    await harness.remember();
    return { follow: false, accepted: head };
  }
  throw new CommandError(
    `the swarm's code changed where it runs on this machine, and you have not accepted it (${head})`,
    `Read what changed, then: ${DESCENT} lend --accept ${head} (or lend with --follow, which trusts main)`,
  );
}

/** The owner names a commit of main: from now on its code may run. @returns the whole commit */
export async function accept(
  harness: Harness,
  accepted: string,
  commit: string,
  show: (text: string) => void,
): Promise<string> {
  await harness.fetch();
  const full = await harness.onMain(commit);
  const changed = await harness.diff(accepted, full);
  await harness.remember();
  show(changed === '' ? 'Nothing changed where it runs on this machine.\n' : inert(changed));
  return full;
}
