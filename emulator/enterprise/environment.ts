import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type EnterpriseHost, HOST } from './host.ts';

/**
 * Variables for gh and git as one account of an enterprise host: their configuration lies in a folder of its own, and nothing of the
 * caller's is read or written. GH_TOKEN stays unset: gh takes that for github.com. Programs that speak to the emulator's plain address may be run with it too.
 */
export async function accountEnvironment(
  host: EnterpriseHost,
  folder: string,
  account: { login: string; token: string },
): Promise<{ [name: string]: string }> {
  const home = join(folder, account.login);
  await mkdir(home, { recursive: true });
  const email = `${account.login}@users.noreply.github.com`;
  await writeFile(
    join(home, 'gitconfig'),
    `[user]\n\tname = ${account.login}\n\temail = ${email}\n[init]\n\tdefaultBranch = main\n[credential "${host.url}"]\n\thelper = !gh auth git-credential\n`,
  );
  return {
    PATH: process.env.PATH ?? '/usr/bin:/bin',
    HOME: home,
    LC_ALL: 'C.UTF-8',
    NO_COLOR: '1',
    GH_HOST: HOST,
    GH_ENTERPRISE_TOKEN: account.token,
    GH_CONFIG_DIR: join(home, 'gh'),
    GH_PROMPT_DISABLED: '1',
    GH_NO_UPDATE_NOTIFIER: '1',
    GIT_CONFIG_GLOBAL: join(home, 'gitconfig'),
    GIT_CONFIG_NOSYSTEM: '1',
    GIT_TERMINAL_PROMPT: '0',
    HTTPS_PROXY: host.proxy,
    NO_PROXY: '127.0.0.1,localhost',
    SSL_CERT_FILE: host.certificate,
    GIT_SSL_CAINFO: host.certificate,
    NODE_EXTRA_CA_CERTS: host.certificate,
  };
}
