import { execa } from 'execa';
import type { ForeignAction } from './played.ts';

/**
 * actions/setup-node, played: the Node that is first on the machine's path, which must be of the wanted major version.
 * Leaves out: downloads, caches, registries.
 */
export const setupNode: ForeignAction = {
  inputs: ['node-version', 'package-manager-cache'],
  async run({ inputs, env, signal, log }) {
    const { stdout } = await execa('node', ['--version'], { env, extendEnv: false, cancelSignal: signal });
    const wanted = inputs['node-version'] ?? '';
    if (!/^\d+$/.test(wanted) || !stdout.startsWith(`v${wanted}.`))
      throw new Error(`actions/setup-node: this machine has Node ${stdout}, not ${wanted || 'a named one'}`);
    log(`Node ${stdout}`);
    return { 'node-version': stdout };
  },
};
