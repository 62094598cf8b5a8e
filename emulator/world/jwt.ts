import { type KeyObject, verify } from 'node:crypto';

/** JSON web tokens, signed with RSA and SHA-256. */

export interface Jwt {
  claims: { [claim: string]: unknown };
  isBy(publicKey: string | KeyObject): boolean;
}

/** Null when it is none, or signed in another way. Whether the signature is good, `isBy` says. */
export function readJwt(text: string): Jwt | null {
  const [head = '', body = '', signature = ''] = text.split('.');
  const claims = part(body);
  if (part(head)?.alg !== 'RS256' || !claims) return null;
  const isBy = (key: string | KeyObject) =>
    verify('sha256', Buffer.from(`${head}.${body}`), key, Buffer.from(signature, 'base64url'));
  return { claims, isBy };
}

function part(text: string): { [claim: string]: unknown } | null {
  try {
    const value: unknown = JSON.parse(Buffer.from(text, 'base64url').toString('utf8'));
    return typeof value === 'object' && value !== null ? (value as { [claim: string]: unknown }) : null;
  } catch {
    return null; // not a JSON web token: who reads it answers that
  }
}
