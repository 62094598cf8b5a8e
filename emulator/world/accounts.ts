import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { readJwt } from './jwt.ts';
import type { Actor, App, Integration, Job, Level, Permissions, User } from './model.ts';
import { invalid, RefusedError } from './refused.ts';
import type { World } from './world.ts';

/** Users, Apps and the tokens by which they are known. */

const APP_EVENTS = [
  'check_run',
  'issue_comment',
  'issues',
  'pull_request',
  'push',
  'workflow_job',
  'workflow_run',
];
const APP_PERMISSIONS: Permissions = {
  actions: 'write',
  checks: 'write',
  contents: 'write',
  issues: 'write',
  metadata: 'read',
  pull_requests: 'write',
};
const LOGIN = /^[A-Za-z0-9](?:[A-Za-z0-9-]{0,38})$/;

export function createUser(world: World, login: string): User {
  if (!LOGIN.test(login)) throw invalid(`Login is not a valid user name: ${login.slice(0, 50)}`);
  if (world.users.has(login.toLowerCase())) throw invalid(`Login is already taken: ${login}`);
  return addUser(world, login, 'User');
}

function addUser(world: World, login: string, type: User['type']): User {
  const user: User = { id: world.id(), login, type, createdAt: world.time() };
  world.users.set(login.toLowerCase(), user);
  return user;
}

export function createToken(world: World, prefix: string, actor: Actor, minutes: number | null): string {
  const token = `${prefix}_${randomBytes(24).toString('base64url')}`;
  const expiresAt = minutes === null ? null : world.now().getTime() + minutes * 60_000;
  world.tokens.set(token, { actor, expiresAt });
  return token;
}

export function createApp(
  world: World,
  slug: string,
  owner: User,
  webhook: App['webhook'],
  wanted: { permissions?: Permissions; events?: string[]; public?: boolean } = {},
): { app: App; privateKey: string } {
  if ([...world.apps.values()].some((app) => app.slug === slug))
    throw invalid(`App name is already taken: ${slug}`);
  const keys = generateKeyPairSync('rsa', {
    modulusLength: 2048,
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs1', format: 'pem' },
  });
  const app: App = {
    id: world.id(),
    slug,
    name: slug,
    owner,
    bot: addUser(world, `${slug}[bot]`, 'Bot'),
    publicKey: keys.publicKey,
    webhook,
    permissions: wanted.permissions ?? APP_PERMISSIONS,
    events: wanted.events ?? APP_EVENTS,
    public: wanted.public ?? true,
    createdAt: world.time(),
  };
  world.apps.set(app.id, app);
  return { app, privateKey: keys.privateKey };
}

/** GitHub's own App: the author of what a job's token writes. */
export function actionsApp(world: World): App {
  const known = world.apps.get(15368);
  if (known) return known;
  const bot = addUser(world, 'github-actions[bot]', 'Bot');
  const app: App = {
    id: 15368,
    slug: 'github-actions',
    name: 'GitHub Actions',
    owner: bot,
    bot,
    publicKey: null,
    webhook: { url: null, secret: '' },
    permissions: {},
    events: [],
    public: true,
    createdAt: world.time(),
  };
  world.apps.set(app.id, app);
  return app;
}

export function jobToken(world: World, job: Job): string {
  const { permissions } = job;
  const repositories = new Set([job.run.repository]);
  const app = actionsApp(world);
  const actor: Actor = { kind: 'integration', app, repositories, permissions, installation: null, job };
  return createToken(world, 'ghs', actor, 24 * 60);
}

export function reaches(have: Level | undefined, need: Level): boolean {
  const order: Level[] = ['read', 'write', 'admin'];
  return have !== undefined && order.indexOf(have) >= order.indexOf(need);
}

/** Who a token or JWT stands for. */
export function authenticate(world: World, credential: string): Actor {
  if (credential.split('.').length === 3) return { kind: 'app', app: appOfJwt(world, credential) };
  const known = world.tokens.get(credential);
  if (!known || (known.expiresAt !== null && known.expiresAt <= world.now().getTime()))
    throw new RefusedError(401, 'Bad credentials');
  if (known.actor.kind === 'integration') needLiving(world, known.actor);
  return known.actor;
}

/** A job's token ends with the job; an installation's with the installation, and rests while it is suspended. */
function needLiving(world: World, { job, installation }: Integration): void {
  if (job?.status === 'completed' || (installation && !world.installations.has(installation.id)))
    throw new RefusedError(401, 'Bad credentials');
  if (installation?.suspended) throw new RefusedError(403, 'This installation has been suspended');
}

function appOfJwt(world: World, jwt: string): App {
  const read = readJwt(jwt);
  if (!read) throw new RefusedError(401, 'A JSON web token could not be decoded');
  const { claims } = read;
  const app = world.apps.get(Number(claims.iss));
  if (!app?.publicKey) throw new RefusedError(401, 'Integration not found');
  if (!read.isBy(app.publicKey)) throw new RefusedError(401, 'A JSON web token could not be decoded');
  const now = world.now().getTime() / 1000;
  const { iat, exp } = claims;
  if (typeof exp !== 'number' || exp <= now)
    throw new RefusedError(
      401,
      "'Expiration time' claim ('exp') must be a numeric value representing the future time at which the assertion expires",
    );
  if (typeof iat !== 'number' || iat > now + 60)
    throw new RefusedError(
      401,
      "'Issued at' claim ('iat') must be an Integer representing the time that the assertion was issued",
    );
  if (exp - iat > 660)
    throw new RefusedError(401, "'Expiration time' claim ('exp') is too far in the future");
  return app;
}

/** A login's numeric mark in commit addresses, as GitHub's private addresses have it. */
export function noreply(user: User): string {
  return `${user.id}+${user.login}@users.noreply.github.com`;
}
