import {
  createHash,
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  type KeyObject,
  sign,
  verify,
} from 'node:crypto';
import type { Parsed } from '../parsed.ts';

/**
 * `results/checkpoint`: the ledger's events and root, signed by the bot. A signed note as C2SP has it (c2sp.org/signed-note), with
 * Ed25519 alone: text, an empty line, and lines of an em dash, the key's name, and base64 of four bytes of its id and the signature.
 */

export const CHECKPOINT_PATH = 'results/checkpoint';

export interface Checkpoint {
  /** Whose log it is: the name of the key. */
  origin: string;
  events: number;
  /** Hex. */
  root: string;
}

export interface Verifier {
  name: string;
  key: KeyObject;
  id: Buffer;
}

const ED25519 = 1;
/** What stands before the 32 bytes of a key in DER. */
const PUBLIC = Buffer.from('302a300506032b6570032100', 'hex');
const PRIVATE = Buffer.from('302e020100300506032b657004220420', 'hex');
const NAME = /^[^\s+\p{Cc}]{1,200}$/u;

/** Reads `NAME+ID+KEY`. */
export function parseVerifier(text: string): Parsed<Verifier> {
  const [name = '', id = '', ...key] = text.split('+');
  const bytes = Buffer.from(key.join('+'), 'base64');
  const wrong = 'must be NAME+ID+KEY of an Ed25519 key, as `npm run checkpoint-key` prints it';
  if (
    !NAME.test(name) ||
    bytes.length !== 33 ||
    bytes[0] !== ED25519 ||
    bytes.toString('base64') !== key.join('+')
  )
    return { ok: false, problems: [wrong] };
  if (idOf(name, bytes).toString('hex') !== id)
    return { ok: false, problems: [`${wrong}: the id is another key's`] };
  const public_ = createPublicKey({
    key: Buffer.concat([PUBLIC, bytes.subarray(1)]),
    format: 'der',
    type: 'spki',
  });
  return { ok: true, value: { name, key: public_, id: idOf(name, bytes) } };
}

/** Reads `PRIVATE+KEY+NAME+ID+KEY`. The verifier's key is that of the signatures it makes. */
export function parseSigner(text: string): Parsed<Verifier> {
  const [, name = '', id = '', key = ''] = /^PRIVATE\+KEY\+([^+]*)\+([0-9a-f]{8})\+(.*)$/.exec(text) ?? [];
  const bytes = Buffer.from(key, 'base64');
  const wrong = 'must be PRIVATE+KEY+NAME+ID+KEY of an Ed25519 key, as `npm run checkpoint-key` prints it';
  if (!NAME.test(name) || bytes.length !== 33 || bytes[0] !== ED25519)
    return { ok: false, problems: [wrong] };
  const seed = Buffer.concat([PRIVATE, bytes.subarray(1)]);
  const private_ = createPrivateKey({ key: seed, format: 'der', type: 'pkcs8' });
  const own = idOf(name, publicBytes(private_));
  if (own.toString('hex') !== id) return { ok: false, problems: [`${wrong}: the id is another key's`] };
  return { ok: true, value: { name, key: private_, id: own } };
}

/** A new key: what signs, for the bot's environment alone, and what verifies, for everyone. */
export function newKey(name: string): { signer: string; verifier: string } {
  if (!NAME.test(name)) throw new Error('the name of a key has no blank and no plus sign');
  const { privateKey } = generateKeyPairSync('ed25519');
  const seed = privateKey.export({ format: 'der', type: 'pkcs8' }).subarray(PRIVATE.length);
  const public_ = publicBytes(privateKey);
  const id = idOf(name, public_).toString('hex');
  const secret = Buffer.concat([Buffer.from([ED25519]), seed]).toString('base64');
  return {
    signer: `PRIVATE+KEY+${name}+${id}+${secret}`,
    verifier: `${name}+${id}+${public_.toString('base64')}`,
  };
}

/** @param text ends with a line feed */
export function signNote(text: string, { name, key, id }: Verifier): string {
  const signature = sign(null, Buffer.from(text), key);
  return `${text}\n— ${name} ${Buffer.concat([id, signature]).toString('base64')}\n`;
}

/** The text of a note that this key signed. Signatures of other keys are ignored, as the format asks. */
export function openNote(note: string, { name, key, id }: Verifier): Parsed<string> {
  const end = note.lastIndexOf('\n\n');
  const text = note.slice(0, end + 1);
  if (end < 0) return { ok: false, problems: ['it is no signed note'] };
  for (const line of note.slice(end + 2).split('\n')) {
    const [, by, encoded = ''] = /^— (\S+) (\S+)$/.exec(line) ?? [];
    const bytes = Buffer.from(encoded, 'base64');
    if (by !== name || !bytes.subarray(0, 4).equals(id)) continue;
    if (verify(null, Buffer.from(text), key, bytes.subarray(4))) return { ok: true, value: text };
    return { ok: false, problems: [`the signature of ${name} is not of this text`] };
  }
  return { ok: false, problems: [`${name} did not sign it`] };
}

export function checkpointText({ origin, events, root }: Checkpoint): string {
  return `${origin}\n${events}\n${Buffer.from(root, 'hex').toString('base64')}\n`;
}

function idOf(name: string, bytes: Buffer): Buffer {
  return createHash('sha256').update(`${name}\n`).update(bytes).digest().subarray(0, 4);
}

/** With the algorithm before it. */
function publicBytes(key: KeyObject): Buffer {
  const der = createPublicKey(key).export({ format: 'der', type: 'spki' });
  return Buffer.concat([Buffer.from([ED25519]), der.subarray(PUBLIC.length)]);
}
