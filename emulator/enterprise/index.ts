import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Emulator, type EmulatorOptions, startEmulator } from '../index.ts';
import { createToken, createUser } from '../world/accounts.ts';
import { accountEnvironment } from './environment.ts';
import { type EnterpriseHost, openEnterpriseHost } from './host.ts';

/** An emulator, the same over TLS, and for each account an environment in which gh and git find it. */
export interface Enterprise {
  emulator: Emulator;
  host: EnterpriseHost;
  /** Holds certificate and configurations; gone after `close`, with everything else that was put there. */
  folder: string;
  /** Makes the account when there is none. `env` is whole: give it without the caller's own. */
  account(login: string): Promise<{ login: string; token: string; env: { [name: string]: string } }>;
  close(): Promise<void>;
}

export async function startEnterprise(options: Omit<EmulatorOptions, 'folder'> = {}): Promise<Enterprise> {
  const folder = await mkdtemp(join(tmpdir(), 'descent-enterprise-'));
  const emulator = await startEmulator({ ...options, folder: join(folder, 'github') });
  const host = await openEnterpriseHost(emulator, folder);
  return {
    emulator,
    host,
    folder,
    async account(login) {
      const { world } = emulator;
      const user = world.users.get(login.toLowerCase()) ?? createUser(world, login);
      const token = createToken(world, 'ghp', { kind: 'user', user }, null);
      return { login, token, env: await accountEnvironment(host, folder, { login, token }) };
    },
    async close() {
      await host.close();
      await emulator.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
