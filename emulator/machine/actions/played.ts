import type { Order, Server } from '../server.ts';

/** An action of someone else that this machine plays instead of downloading it. */
export interface ForeignAction {
  /** The inputs it plays; any other is an error. */
  inputs: string[];
  /** @returns the step's outputs @throws Error when the step fails */
  run(call: ForeignCall): Promise<{ [name: string]: string }>;
}

interface ForeignCall {
  inputs: { [name: string]: string | undefined };
  order: Order;
  workspace: string;
  env: { [name: string]: string };
  server: Server;
  signal: AbortSignal;
  log: (line: string) => void;
}
