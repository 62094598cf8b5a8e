import type { Context } from '../core/context.ts';

/** What the command line hands over. */
export interface Around {
  context: Context;
  /** Address of GitHub's API, and of the pages that people see. */
  api: string;
  server: string;
  /** OWNER/REPOSITORY of the swarm that the clone belongs to. */
  swarm: () => Promise<string>;
  /** @throws CommandError where there is none */
  token: () => Promise<string>;
  /** Asks the owner at the terminal; null where nobody is there to answer. */
  ask: ((question: string) => Promise<boolean>) | null;
  /** The same for an answer in words. */
  typed: ((question: string) => Promise<string>) | null;
  /** Where the page is drawn; null where the output is no terminal. */
  terminal: NodeJS.WriteStream | null;
  /** Hears the owner's signals, until the function that it returns is called. */
  listen: (hear: (word: 'interrupt' | 'stop' | 'finish') => void) => () => void;
}
