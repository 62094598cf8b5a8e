import type { Order, Server } from '../server.ts';
import { checkout } from './checkout.ts';
import { uploadArtifact } from './upload-artifact.ts';

/** An action of somebody else's that this machine plays instead of downloading it. */
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

const PLAYED: { [name: string]: ForeignAction } = {
  'actions/checkout': checkout,
  'actions/upload-artifact': uploadArtifact,
};

/** @throws Error for an action that is not played or an input that is not */
export function foreignAction(uses: string, inputs: { [name: string]: string }): ForeignAction {
  const name = uses.slice(0, uses.indexOf('@'));
  const action = Object.hasOwn(PLAYED, name) ? PLAYED[name] : undefined;
  if (!action)
    throw new Error(`this machine does not play ${uses}; it plays ${Object.keys(PLAYED).join(' and ')}`);
  const unknown = Object.keys(inputs).find((input) => !action.inputs.includes(input));
  if (unknown !== undefined)
    throw new Error(`${name}: this machine does not play the input ${unknown}: ${inputs[unknown]}`);
  return action;
}
