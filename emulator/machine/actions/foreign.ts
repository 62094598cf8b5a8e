import { checkout } from './checkout.ts';
import type { ForeignAction } from './played.ts';
import { setupNode } from './setup-node.ts';
import { uploadArtifact } from './upload-artifact.ts';

const PLAYED: { [name: string]: ForeignAction } = {
  'actions/checkout': checkout,
  'actions/setup-node': setupNode,
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
