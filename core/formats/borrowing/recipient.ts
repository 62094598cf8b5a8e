import { createPublicKey, diffieHellman, generateKeyPairSync } from 'node:crypto';
import { bech32 } from '@scure/base';
import { z } from 'zod';

/** The public key that an outcome is encrypted to: `age1...`, as age-keygen prints it. */

const WRONG = 'must be a key of age that begins with age1, as `descent borrow` or age-keygen prints it';
/** What precedes the 32 bytes of an X25519 key in the form that Node reads. */
const X25519_DER = Buffer.from('302a300506032b656e032100', 'hex');

/** A key with which nothing can be agreed would fail on a machine, after the training, and the machine would look guilty. */
function isKey(text: string): boolean {
  try {
    const { prefix, words } = bech32.decode(text as `${string}1${string}`);
    const key = Buffer.from(bech32.fromWords(words));
    if (prefix !== 'age' || key.length !== 32) return false;
    const { privateKey } = generateKeyPairSync('x25519');
    const theirs = { key: Buffer.concat([X25519_DER, key]), format: 'der' as const, type: 'spki' as const };
    return diffieHellman({ privateKey, publicKey: createPublicKey(theirs) }).some((byte) => byte !== 0);
  } catch {
    return false;
  }
}

export const recipientSchema = z
  .string(WRONG)
  .regex(/^age1[02-9ac-hj-np-z]{58}$/, WRONG)
  .refine(isKey, WRONG);
