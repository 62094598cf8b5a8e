import type { Readable } from 'node:stream';

/** What bubblewrap reports about the sandbox, on a descriptor that the program inside never has. */
export interface Account {
  /** Process number, outside, of the sandbox's first process. */
  firstProcess: number | null;
  /** The program's exit status; null when it was never started (bubblewrap could not make the sandbox). */
  exitCode: number | null;
}

/** Reads `--json-status-fd`; `onChange` is called for each line. */
export function readAccount(stream: Readable, onChange: (account: Account) => void): Promise<Account> {
  const account: Account = { firstProcess: null, exitCode: null };
  let text = '';
  stream.setEncoding('utf8');
  stream.on('data', (chunk: string) => {
    text += chunk;
    account.firstProcess ??= number(text, 'child-pid');
    account.exitCode ??= number(text, 'exit-code');
    onChange(account);
  });
  return new Promise((resolve) => {
    stream.once('close', () => resolve(account));
  });
}

function number(text: string, key: string): number | null {
  const found = new RegExp(`"${key}": (\\d+)`).exec(text)?.[1];
  return found === undefined ? null : Number(found);
}
