import { resolve } from 'node:path';
import { Hono } from 'hono';
import {
  type AppMade,
  type ArchiveMade,
  appChangeSchema,
  appSchema,
  buttonSchema,
  collaboratorSchema,
  type InstallationMade,
  installationChangeSchema,
  installationSchema,
  type MachineMade,
  machineSchema,
  minimumRunnerSchema,
  type RepositoryMade,
  repositorySchema,
  type TokenMade,
  tokenSchema,
  type UserMade,
  userSchema,
} from '../control/schemas.ts';
import { faultsSchema } from '../faults.ts';
import { bodyOf, type Env, idOf } from '../rest/kit.ts';
import { runnerArchive } from '../runner-archive.ts';
import type { Stage } from '../stage.ts';
import { createApp, createToken, createUser } from '../world/accounts.ts';
import { registerMachine, removeMachine } from '../world/actions/machines.ts';
import { suiteOfId } from '../world/checks.ts';
import { chooseRepositories, installApp, suspend, uninstall } from '../world/installations.ts';
import type { Installation, Repository } from '../world/model.ts';
import { invalid, notFound } from '../world/refused.ts';
import { createRepository } from '../world/repositories.ts';
import { pressAction, presser, rerequestCheck, rerequestSuite } from '../world/rerequests.ts';
import { fullName } from '../world/world.ts';

/** `/_emulator/`: the control API for the demo and the tests. GitHub has no such paths. */

export function emulatorDoor(stage: Stage): Hono<Env> {
  const { world, webhooks } = stage;
  const door = new Hono<Env>();

  door.post('/users', async (c) => {
    const { login } = await bodyOf(c, userSchema);
    const user = createUser(world, login);
    const token = createToken(world, 'ghp', { kind: 'user', user }, null);
    return c.json({ login, id: user.id, token } satisfies UserMade, 201);
  });
  door.post('/tokens', async (c) => {
    const { login, scopes } = await bodyOf(c, tokenSchema);
    const token = createToken(world, 'ghp', { kind: 'user', user: world.user(login), scopes }, null);
    return c.json({ token } satisfies TokenMade, 201);
  });
  door.post('/repositories', async (c) => {
    const { owner, name, from, ref } = await bodyOf(c, repositorySchema);
    const made = await createRepository(world, world.user(owner), name, resolve(from), ref);
    const full = fullName(made);
    const answer = { id: made.id, full_name: full, clone_url: `${world.url}/${full}.git` };
    return c.json(answer satisfies RepositoryMade, 201);
  });
  door.put('/collaborators', async (c) => {
    const wanted = await bodyOf(c, collaboratorSchema);
    const user = world.user(wanted.login);
    named(wanted.repository).collaborators.set(user.login.toLowerCase(), wanted.permission);
    return c.json(wanted);
  });
  door.post('/apps', async (c) => {
    const wanted = await bodyOf(c, appSchema);
    const where = named(wanted.repository);
    const webhook = { url: wanted.webhook_url ?? null, secret: wanted.webhook_secret };
    const { permissions, events, public: everyones } = wanted;
    const options = { ...(permissions && { permissions }), ...(events && { events }), public: everyones };
    const made = createApp(world, wanted.slug, where.owner, webhook, options);
    const installation = await installApp(world, made.app, [where]);
    const { id, slug } = made.app;
    const secrets = { private_key: made.privateKey, webhook_secret: webhook.secret };
    const answer = { id, slug, installation_id: installation.id, ...secrets };
    return c.json(answer satisfies AppMade, 201);
  });
  door.patch('/apps/:id', async (c) => {
    const { webhook_url: url } = await bodyOf(c, appChangeSchema);
    const found = world.apps.get(idOf(c, 'id'));
    if (!found) throw notFound();
    found.webhook.url = url;
    return c.json({ id: found.id, webhook_url: url });
  });
  door.post('/installations', async (c) => {
    const { app: id, repositories } = await bodyOf(c, installationSchema);
    const app = world.apps.get(id);
    if (!app) throw notFound();
    const made = await installApp(world, app, repositories.map(named));
    return c.json({ id: made.id, account: made.account.login } satisfies InstallationMade, 201);
  });
  door.patch('/installations/:id', async (c) => {
    const installation = installed(idOf(c, 'id'));
    const { repositories, suspended } = await bodyOf(c, installationChangeSchema);
    if (repositories) await chooseRepositories(world, installation, repositories.map(named));
    if (suspended !== undefined) await suspend(world, installation, suspended ? installation.account : null);
    return c.body(null, 204);
  });
  door.delete('/installations/:id', async (c) => {
    await uninstall(world, installed(idOf(c, 'id')));
    return c.body(null, 204);
  });
  door.post('/machines', async (c) => {
    const { name, owner, labels, repository } = await bodyOf(c, machineSchema);
    const made = registerMachine(world, named(repository), name, owner, labels);
    return c.json({ id: made.machine.id, name, token: made.token } satisfies MachineMade, 201);
  });
  door.delete('/machines/:id', async (c) => {
    removeMachine(world, world.machines.get(idOf(c, 'id')));
    return c.body(null, 204);
  });

  door.get('/runner-archives/:file', async (c) => {
    const file = c.req.param('file');
    const archive = await runnerArchive(file);
    if (!archive) throw notFound();
    const { version, sha256 } = archive;
    const url = `${world.url}/actions/runner/releases/download/v${version}/${file}`;
    return c.json({ url, sha256 } satisfies ArchiveMade);
  });
  door.put('/minimum-runner', async (c) => {
    world.minimumRunner = (await bodyOf(c, minimumRunnerSchema)).version;
    return c.body(null, 204);
  });

  door.post('/buttons', async (c) => {
    const pressed = await bodyOf(c, buttonSchema);
    const sender = presser(world.user(pressed.login), named(pressed.repository));
    const check = world.checkRuns.get(pressed.check_run);
    if (check?.repository !== named(pressed.repository)) throw notFound();
    if (pressed.button === 'Re-run') await rerequestCheck(world, sender, check);
    else if (pressed.button === 'Re-run all checks')
      await rerequestSuite(world, sender, suiteOfId(world, check.repository, check.suiteId));
    else await pressAction(world, sender, check, pressed.button);
    return c.body(null, 202);
  });

  door.put('/faults', async (c) => {
    stage.faults = await bodyOf(c, faultsSchema);
    return c.json(stage.faults);
  });
  door.get('/requests', (c) => {
    const since = Number(c.req.query('since') ?? 0);
    return c.json(stage.requests.filter((request) => request.n > since));
  });
  door.get('/deliveries', (c) => {
    const outcome = c.req.query('outcome');
    return c.json(webhooks.deliveries.filter((one) => outcome === undefined || one.outcome === outcome));
  });
  door.post('/deliveries/:guid/redeliver', (c) => {
    if (!webhooks.redeliver(c.req.param('guid'))) throw notFound();
    return c.body(null, 202);
  });

  function installed(id: number): Installation {
    const found = world.installations.get(id);
    if (!found) throw notFound();
    return found;
  }
  function named(full: string): Repository {
    const [owner, name] = full.split('/');
    if (!owner || !name) throw invalid(`not a repository's full name: ${full}`);
    return world.repository(owner, name);
  }
  return door;
}
