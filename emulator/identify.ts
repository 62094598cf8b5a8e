import { authenticate } from './world/accounts.ts';
import type { Actor } from './world/model.ts';
import { RefusedError } from './world/refused.ts';
import type { World } from './world/world.ts';

/** `Bearer`, `token`, or Basic with the token as the password. */
export function identify(world: World, authorization: string | undefined): Actor {
  if (!authorization) return { kind: 'anonymous' };
  const [scheme = '', credential = ''] = authorization.split(/ +/);
  if (/^(bearer|token)$/i.test(scheme)) return authenticate(world, credential);
  if (!/^basic$/i.test(scheme)) throw new RefusedError(401, 'Bad credentials');
  const [user = '', password = ''] = Buffer.from(credential, 'base64').toString('utf8').split(':');
  return authenticate(world, password === '' || password === 'x-oauth-basic' ? user : password);
}
