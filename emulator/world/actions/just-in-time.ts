import { createPublicKey, generateKeyPair, type JsonWebKey, randomUUID } from 'node:crypto';
import { promisify } from 'node:util';
import { readJwt } from '../jwt.ts';
import type { Machine, Repository } from '../model.ts';
import { invalid, RefusedError } from '../refused.ts';
import type { World } from '../world.ts';
import { addMachine, machineToken } from './machines.ts';

/** Just-in-time runners: a registration for one job, in the form that GitHub's runner takes it. */

const makeKeys = promisify(generateKeyPair);
/** Small, since one is made for each job; github.com's have 2048. */
const BITS = 1024;
const NAME_LIMIT = 64;

export interface JitWanted {
  name: string;
  labels: string[];
  workFolder: string;
}

/** @returns the machine, and what its process is to be given */
export async function mint(world: World, repository: Repository, { name, labels, workFolder }: JitWanted) {
  if (name.length > NAME_LIMIT)
    throw invalid(`Runner name is too long (maximum is ${NAME_LIMIT} characters).`);
  const { privateKey } = await makeKeys('rsa', { modulusLength: BITS });
  const clientId = randomUUID();
  const once = { clientId, publicKey: createPublicKey(privateKey) };
  const owner = name.split('.')[0] ?? name;
  const machine = addMachine(world, repository, { name, owner, labels: [...new Set(labels)], once });
  const url = `${world.url}/_machine/`;
  const files = {
    '.runner': {
      AgentId: machine.id,
      AgentName: name,
      PoolId: 1,
      PoolName: 'Default',
      Ephemeral: true,
      ServerUrl: url,
      ServerUrlV2: url,
      UseV2Flow: true,
      WorkFolder: workFolder,
    },
    '.credentials': {
      Scheme: 'OAuth',
      Data: { ClientId: clientId, AuthorizationUrl: `${url}token`, RequireFipsCryptography: 'True' },
    },
    '.credentials_rsaparams': rsaParameters(privateKey.export({ format: 'jwk' })),
  };
  return { machine, encoded: encode(files) };
}

/** Files by name, each in base64, as JSON in base64. */
function encode(files: { [name: string]: object }): string {
  const base64 = (text: string) => Buffer.from(text).toString('base64');
  const contents = Object.entries(files).map(([name, value]) => [name, base64(JSON.stringify(value))]);
  return base64(JSON.stringify(Object.fromEntries(contents)));
}

/** An RSA key under the names that .NET has for its parts. */
function rsaParameters(key: JsonWebKey): { [part: string]: string } {
  const parts = { d: 'd', dp: 'dp', dq: 'dq', e: 'exponent', qi: 'inverseQ', n: 'modulus', p: 'p', q: 'q' };
  return Object.fromEntries(
    Object.entries(parts).map(([from, to]) => {
      const value = key[from as keyof typeof parts] ?? '';
      return [to, Buffer.from(value, 'base64url').toString('base64')];
    }),
  );
}

/**
 * A process proves by its key which registration it has. Its clock is not looked at, since stories move the world's.
 * @returns the token with which it asks from now on
 * @throws RefusedError when the registration is gone, or the proof is of another key
 */
export function signIn(world: World, assertion: string): { machine: Machine; token: string } {
  const jwt = readJwt(assertion);
  const machine = [...world.machines.values()].find((one) => one.once?.clientId === jwt?.claims.iss);
  if (!machine?.once || !jwt?.isBy(machine.once.publicKey)) throw new RefusedError(400, 'invalid_client');
  return { machine, token: machineToken(world, machine) };
}
