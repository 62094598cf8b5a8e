import { createPrivateKey, randomUUID, sign } from 'node:crypto';
import { z } from 'zod';

/** A just-in-time configuration: the files that GitHub's runner makes of it, and how their holder signs in. */

const settingsSchema = z.object({ AgentName: z.string(), ServerUrl: z.url(), WorkFolder: z.string() });
const credentialsSchema = z.object({ Data: z.object({ ClientId: z.string(), AuthorizationUrl: z.url() }) });
const PARTS = { d: 'd', dp: 'dp', dq: 'dq', exponent: 'e', inverseQ: 'qi', modulus: 'n', p: 'p', q: 'q' };
const keySchema = z.object(
  Object.fromEntries(Object.keys(PARTS).map((name) => [name, z.base64()])) as Record<
    keyof typeof PARTS,
    z.ZodBase64
  >,
);

export interface Registration {
  name: string;
  workFolder: string;
  /** Where the emulator listens. */
  url: string;
  clientId: string;
  authorizationUrl: string;
  key: z.infer<typeof keySchema>;
}

/** The name and content of each file. @throws Error when the text is no configuration */
export function filesOf(encoded: string): Map<string, Buffer> {
  const text = Buffer.from(encoded, 'base64').toString('utf8');
  const files = z.record(z.string(), z.base64()).parse(JSON.parse(text));
  return new Map(Object.entries(files).map(([name, content]) => [name, Buffer.from(content, 'base64')]));
}

/** @throws Error that names what is missing */
export function readRegistration(files: ReadonlyMap<string, Buffer>): Registration {
  const json = <T>(name: string, schema: z.ZodType<T>): T => {
    const file = files.get(name);
    if (!file) throw new Error(`Runner is not configured: there is no ${name}.`);
    return schema.parse(JSON.parse(file.toString('utf8')));
  };
  const settings = json('.runner', settingsSchema);
  const { Data: data } = json('.credentials', credentialsSchema);
  return {
    name: settings.AgentName,
    workFolder: settings.WorkFolder,
    url: settings.ServerUrl,
    clientId: data.ClientId,
    authorizationUrl: data.AuthorizationUrl,
    key: json('.credentials_rsaparams', keySchema),
  };
}

/**
 * The token of a registration, got by proof of its key.
 * @returns null when GitHub does not know the registration, or no longer
 */
export async function signIn({ clientId, authorizationUrl, key }: Registration): Promise<string | null> {
  const now = Math.floor(Date.now() / 1000);
  const claims = { iss: clientId, sub: clientId, aud: authorizationUrl, jti: randomUUID(), iat: now };
  const unsigned = [
    { alg: 'RS256', typ: 'JWT' },
    { ...claims, nbf: now, exp: now + 300 },
  ]
    .map((part) => Buffer.from(JSON.stringify(part)).toString('base64url'))
    .join('.');
  const signature = sign('sha256', Buffer.from(unsigned), privateKeyOf(key)).toString('base64url');
  const response = await fetch(authorizationUrl, {
    method: 'POST',
    body: new URLSearchParams({
      grant_type: 'client_credentials',
      client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
      client_assertion: `${unsigned}.${signature}`,
    }),
    signal: AbortSignal.timeout(30_000),
  });
  if (response.status === 400) return null;
  if (!response.ok) throw new Error(`${authorizationUrl} answered ${response.status}`);
  return z.object({ access_token: z.string() }).parse(await response.json()).access_token;
}

/** For machines that are played: the token of a configuration, as `signIn` says. */
export function connect(encoded: string): Promise<string | null> {
  return signIn(readRegistration(filesOf(encoded)));
}

function privateKeyOf(parts: Registration['key']) {
  const names = Object.entries(PARTS) as [keyof typeof PARTS, string][];
  const jwk = names.map(([from, to]) => [to, Buffer.from(parts[from], 'base64').toString('base64url')]);
  return createPrivateKey({ format: 'jwk', key: { kty: 'RSA', ...Object.fromEntries(jwk) } });
}
