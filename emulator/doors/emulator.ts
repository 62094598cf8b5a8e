import { resolve } from 'node:path';
import { Hono } from 'hono';
import { z } from 'zod';
import { faultsSchema } from '../faults.ts';
import { bodyOf, type Env, idOf } from '../rest/kit.ts';
import type { Stage } from '../stage.ts';
import { createApp, createToken, createUser, installApp } from '../world/accounts.ts';
import { suiteOfId } from '../world/checks.ts';
import { registerMachine, removeMachine } from '../world/machines.ts';
import type { Repository } from '../world/model.ts';
import { invalid, notFound } from '../world/refused.ts';
import { createRepository } from '../world/repositories.ts';
import { pressAction, presser, rerequestCheck, rerequestSuite } from '../world/rerequests.ts';
import { fullName } from '../world/world.ts';

/** `/_emulator/`: for whoever sets a stage, the demo or a test. Not GitHub's. */

const level = z.enum(['read', 'write', 'admin']);
const app = z.strictObject({
  slug: z.string().regex(/^[a-z0-9][a-z0-9-]{0,33}$/),
  repository: z.string(),
  webhook_url: z.url().nullish(),
  webhook_secret: z.string().default('development'),
  permissions: z.record(z.string(), level).optional(),
  events: z.array(z.string()).optional(),
});
const repository = z.strictObject({
  owner: z.string(),
  name: z.string(),
  from: z.string(),
  ref: z.string().default('HEAD'),
});
/** A button of a check on GitHub's pages; its App's own ones by `identifier`. */
const button = z.strictObject({
  login: z.string(),
  repository: z.string(),
  check_run: z.int(),
  button: z.string(),
});
const machine = z.strictObject({
  name: z.string(),
  owner: z.string(),
  labels: z.array(z.string()),
  repository: z.string(),
});

export function emulatorDoor(stage: Stage): Hono<Env> {
  const { world, webhooks } = stage;
  const door = new Hono<Env>();

  door.post('/users', async (c) => {
    const { login } = await bodyOf(c, z.strictObject({ login: z.string() }));
    const user = createUser(world, login);
    return c.json(
      { login, id: user.id, token: createToken(world, 'ghp', { kind: 'user', user }, null) },
      201,
    );
  });
  door.post('/repositories', async (c) => {
    const { owner, name, from, ref } = await bodyOf(c, repository);
    const made = await createRepository(world, world.user(owner), name, resolve(from), ref);
    return c.json(
      { id: made.id, full_name: fullName(made), clone_url: `${world.url}/${fullName(made)}.git` },
      201,
    );
  });
  door.put('/collaborators', async (c) => {
    const schema = z.strictObject({ repository: z.string(), login: z.string(), permission: level });
    const wanted = await bodyOf(c, schema);
    const user = world.user(wanted.login);
    named(wanted.repository).collaborators.set(user.login.toLowerCase(), wanted.permission);
    return c.json(wanted);
  });
  door.post('/apps', async (c) => {
    const wanted = await bodyOf(c, app);
    const where = named(wanted.repository);
    const webhook = { url: wanted.webhook_url ?? null, secret: wanted.webhook_secret };
    const { permissions, events } = wanted;
    const options = { ...(permissions && { permissions }), ...(events && { events }) };
    const made = createApp(world, wanted.slug, where.owner, webhook, options);
    const installation = await installApp(world, made.app, where);
    const secret = { webhook_secret: webhook.secret };
    const { id, slug } = made.app;
    return c.json(
      { id, slug, private_key: made.privateKey, installation_id: installation.id, ...secret },
      201,
    );
  });
  door.patch('/apps/:id', async (c) => {
    const { webhook_url: url } = await bodyOf(c, z.strictObject({ webhook_url: z.url() }));
    const found = world.apps.get(idOf(c, 'id'));
    if (!found) throw notFound();
    found.webhook.url = url;
    return c.json({ id: found.id, webhook_url: url });
  });
  door.post('/machines', async (c) => {
    const { name, owner, labels, repository } = await bodyOf(c, machine);
    const made = registerMachine(world, named(repository), name, owner, labels);
    return c.json({ id: made.machine.id, name, token: made.token }, 201);
  });
  door.delete('/machines/:id', async (c) => {
    await removeMachine(world, idOf(c, 'id'));
    return c.body(null, 204);
  });

  door.post('/buttons', async (c) => {
    const pressed = await bodyOf(c, button);
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
  door.get('/deliveries', (c) => c.json(webhooks.deliveries));
  door.post('/deliveries/:guid/redeliver', (c) => {
    if (!webhooks.redeliver(c.req.param('guid'))) throw notFound();
    return c.body(null, 202);
  });

  function named(full: string): Repository {
    const [owner, name] = full.split('/');
    if (!owner || !name) throw invalid(`not a repository's full name: ${full}`);
    return world.repository(owner, name);
  }
  return door;
}
