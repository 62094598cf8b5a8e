import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import type { ForeignAction } from './played.ts';

/**
 * actions/checkout, played: fetches one commit of the workflow's own repository, or of another public one, into the workspace.
 * Does: `repository`, `ref`, `path`, `fetch-depth`, `persist-credentials: false`; the token never reaches a file.
 * Leaves out: private repositories elsewhere, tags, submodules, LFS, sparse checkouts, and credentials that persist.
 */
export const checkout: ForeignAction = {
  inputs: ['repository', 'ref', 'path', 'fetch-depth', 'persist-credentials', 'clean'],
  async run({ inputs, order, workspace, env, signal, log }) {
    if (inputs['persist-credentials'] !== 'false')
      throw new Error('actions/checkout: persist-credentials must be false here');
    const folder = join(workspace, inputs.path ?? '.');
    const other = inputs.repository && inputs.repository.toLowerCase() !== order.repository.toLowerCase();
    const from = other ? `${order.serverUrl}/${inputs.repository}.git` : order.cloneUrl;
    const ref = inputs.ref || (other ? 'HEAD' : order.sha);
    const depth = inputs['fetch-depth'] ?? '1';
    const secret = Buffer.from(`x-access-token:${order.token}`).toString('base64');
    const git = (...args: string[]) =>
      execa('git', ['-C', folder, ...args], {
        extendEnv: false,
        env: {
          ...env,
          GIT_TERMINAL_PROMPT: '0',
          GIT_CONFIG_COUNT: '1',
          GIT_CONFIG_KEY_0: `http.${order.serverUrl}/.extraheader`,
          GIT_CONFIG_VALUE_0: `authorization: Basic ${secret}`,
        },
        cancelSignal: signal,
      });
    await mkdir(folder, { recursive: true });
    await git('init', '--quiet');
    await git('remote', 'add', 'origin', from);
    await git('fetch', '--quiet', '--no-tags', ...(depth === '0' ? [] : ['--depth', depth]), 'origin', ref);
    await git('-c', 'advice.detachedHead=false', 'checkout', '--quiet', '--force', 'FETCH_HEAD');
    const { stdout } = await git('rev-parse', 'HEAD');
    log(`HEAD is now at ${stdout}`);
    return { commit: stdout, ref };
  },
};
