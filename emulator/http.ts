import { randomUUID } from 'node:crypto';
import { Hono } from 'hono';
import { etag, RETAINED_304_HEADERS } from 'hono/etag';
import { getPath } from 'hono/utils/url';
import { emulatorDoor } from './doors/emulator.ts';
import { gitDoor } from './doors/git.ts';
import { machineDoor } from './doors/machine.ts';
import { type Countdown, NO_FAULTS, strikes } from './faults.ts';
import { graphqlRoute } from './graphql/route.ts';
import { identify } from './identify.ts';
import { pages } from './pages.ts';
import { actorName, RateLimits } from './rate-limit.ts';
import { pathByNumber, redirectRenamed } from './redirects.ts';
import { aboutRoutes } from './rest/about.ts';
import { accountRoutes } from './rest/accounts.ts';
import { actionRoutes } from './rest/actions.ts';
import { actionsSettingsRoutes } from './rest/actions-settings.ts';
import { checkRoutes } from './rest/checks.ts';
import { commitRoutes } from './rest/commits.ts';
import { contentRoutes } from './rest/contents.ts';
import { eventRoutes } from './rest/events.ts';
import { gitRoutes } from './rest/git.ts';
import { installationRoutes } from './rest/installations.ts';
import { issueRoutes } from './rest/issues.ts';
import type { Env } from './rest/kit.ts';
import { pullRoutes } from './rest/pulls.ts';
import { reactionRoutes } from './rest/reactions.ts';
import { repositoryRoutes } from './rest/repositories.ts';
import { reviewRoutes } from './rest/reviews.ts';
import { runnerRoutes } from './rest/runners.ts';
import { searchRoutes } from './rest/search.ts';
import { statusRoutes } from './rest/statuses.ts';
import { variableRoutes } from './rest/variables.ts';
import { runnerArchive } from './runner-archive.ts';
import type { Exchange, Stage } from './stage.ts';
import { Storage } from './storage.ts';
import { Webhooks } from './webhooks.ts';
import type { Actor } from './world/model.ts';
import { RefusedError } from './world/refused.ts';
import type { World } from './world/world.ts';

/** The HTTP server: the control API, then GitHub's API with what surrounds every request. */

const DOCUMENTATION = 'https://docs.github.com/rest';
const KEPT = [
  ...RETAINED_304_HEADERS,
  'x-github-request-id',
  'x-ratelimit-limit',
  'x-ratelimit-remaining',
  'x-ratelimit-used',
  'x-ratelimit-reset',
  'x-ratelimit-resource',
];
const ALL_SCOPES = ['gist', 'read:org', 'repo', 'workflow'];
const LOGGED = 100_000;

export function createHttp(world: World, observe: ((exchange: Exchange) => void) | undefined) {
  const stage: Stage = { world, webhooks: undefined as never, requests: [], faults: NO_FAULTS };
  stage.webhooks = new Webhooks(world, () => stage.faults);
  const storage = new Storage(world);
  const app = new Hono<Env>({ getPath: (request) => pathByNumber(world, getPath(request)) });
  app.onError((error, c) => refusal(error, c.req.path));
  app.notFound((c) => refused(404, `The emulator does not play ${c.req.method} ${c.req.path}.`));
  app.route('/_emulator', emulatorDoor(stage));
  app.route('/_machine', machineDoor(world));
  app.get('/actions/runner/releases/download/:tag/:file', async (c) => {
    const archive = await runnerArchive(c.req.param('file'));
    return archive && `v${archive.version}` === c.req.param('tag') ? c.body(archive.bytes) : c.notFound();
  });
  app.get('/_storage/:key', (c) => storage.answer(c.req.param('key')));
  app.route('/', gitDoor(world));
  app.route('/', pages(world));
  app.route('/', api(stage, storage, observe));
  return { app, stage };
}

function api(stage: Stage, storage: Storage, observe: ((exchange: Exchange) => void) | undefined): Hono<Env> {
  const { world } = stage;
  const limits = new RateLimits(world);
  const api = new Hono<Env>();
  let asked = 0;
  api.onError((error, c) => refusal(error, c.req.path));

  api.use('*', async (c, next) => {
    const url = new URL(c.req.url);
    await next();
    c.header('x-github-request-id', randomUUID());
    c.header('x-github-media-type', 'github.v3; format=json');
    const actor: Actor | undefined = c.get('actor');
    if (actor?.kind === 'user') c.header('x-oauth-scopes', (actor.scopes ?? ALL_SCOPES).join(', '));
    c.header('x-github-api-version-selected', c.req.header('x-github-api-version') ?? '2022-11-28');
    if (stage.requests.length < LOGGED)
      stage.requests.push({
        n: stage.requests.length + 1,
        at: world.now().toISOString(),
        method: c.req.method,
        path: url.pathname,
        status: c.res.status,
        actor: actor ? actorName(actor) : null,
        userAgent: c.req.header('user-agent') ?? null,
      });
    observe?.({
      method: c.req.method,
      path: url.pathname,
      query: url.search,
      requestBody: c.req.method === 'GET' ? '' : await c.req.text(),
      status: c.res.status,
      responseType: c.res.headers.get('content-type') ?? '',
      responseBody: await c.res.clone().text(),
    });
  });

  api.use('*', async (c, next) => {
    c.set('actor', identify(world, c.req.header('authorization')));
    return next();
  });

  api.use('*', async (c, next) => {
    const resource = c.req.path === '/graphql' ? 'graphql' : 'core';
    const actor = c.get('actor');
    const free = c.req.path === '/rate_limit';
    if (!free && limits.state(actor, resource).remaining === 0)
      c.res = refused(403, `API rate limit exceeded for ${actorName(actor) ?? 'this address'}.`);
    else await next();
    if (!free && c.res.status !== 304) limits.spend(actor, resource);
    const { limit, remaining, used, reset } = limits.state(actor, resource);
    for (const [name, value] of Object.entries({ limit, remaining, used, reset, resource }))
      c.header(`x-ratelimit-${name}`, String(value));
  });

  api.use('*', async (c, next) => {
    const { faults } = stage;
    const count = ++asked;
    if (faults.slowMs > 0) await new Promise((done) => setTimeout(done, faults.slowMs));
    if (strikes(faults.secondaryLimitEvery, count)) {
      const answer = refused(
        403,
        'You have exceeded a secondary rate limit. Please wait a few minutes before you try again.',
      );
      answer.headers.set('retry-after', '1');
      return answer;
    }
    if (strikes(faults.serverErrorEvery, count)) return refused(502, 'Server Error');
    await next();
    if (strikes(faults.lostAnswerEvery, count)) c.res = refused(502, 'Server Error');
    return undefined;
  });
  api.use('*', etag({ weak: true, retainedHeaders: KEPT }));

  const strikesNow = (fault: Countdown) => {
    const left = stage.faults[fault];
    if (left > 0) stage.faults = { ...stage.faults, [fault]: left - 1 };
    return left > 0;
  };
  for (const path of ['/repos/:owner/:repo', '/repos/:owner/:repo/*']) api.use(path, redirectRenamed(world));
  accountRoutes(api, world);
  installationRoutes(api, world);
  aboutRoutes(api, world);
  repositoryRoutes(api, world);
  reviewRoutes(api, world);
  pullRoutes(api, world);
  eventRoutes(api, world);
  reactionRoutes(api, world);
  issueRoutes(api, world);
  checkRoutes(api, world);
  statusRoutes(api, world);
  gitRoutes(api, world, () => strikesNow('spurious422'));
  commitRoutes(api, world);
  contentRoutes(api, world);
  variableRoutes(api, world);
  runnerRoutes(api, world, strikesNow);
  actionsSettingsRoutes(api, world);
  actionRoutes(api, world, storage);
  searchRoutes(api, world);
  graphqlRoute(api, world, limits);
  api.get('/rate_limit', (c) => {
    const [core, graphql] = (['core', 'graphql'] as const).map((r) => limits.state(c.get('actor'), r));
    const search = { limit: 30, used: 0, remaining: 30, reset: core!.reset };
    return c.json({ resources: { core, graphql, search }, rate: core });
  });
  return api;
}

function refusal(error: Error, path: string): Response {
  if (error instanceof RefusedError) return refused(error.status, error.message, error.errors);
  process.stderr.write(`emulator: ${path}: ${error.stack ?? error.message}\n`);
  return refused(500, `The emulator failed: ${error.message}`);
}

function refused(status: number, message: string, errors?: object[]): Response {
  const body = {
    message,
    ...(errors && { errors }),
    documentation_url: DOCUMENTATION,
    status: String(status),
  };
  return Response.json(body, { status });
}
