import { type Context, Hono } from 'hono';
import { z } from 'zod';
import { bodyOf, type Env, idOf } from '../rest/kit.ts';
import { signIn } from '../world/actions/just-in-time.ts';
import { isHeard } from '../world/actions/lost.ts';
import {
  acquireJob,
  completeJob,
  jobOf,
  machineOf,
  reportSteps,
  startMachine,
  storeArtifact,
} from '../world/actions/machines.ts';
import { CONCLUSIONS } from '../world/model.ts';
import { RefusedError } from '../world/refused.ts';
import type { World } from '../world/world.ts';

/** `/_machine/`: what a self-hosted runner asks. GitHub's real protocol is undocumented; this one is small. */

const WAIT_MS = 1000;
const LOG_LIMIT = 16 * 1024 * 1024;
const steps = z.strictObject({
  steps: z.array(
    z.strictObject({
      number: z.int().min(1),
      name: z.string(),
      status: z.enum(['queued', 'in_progress', 'completed']),
      conclusion: z.enum(CONCLUSIONS).nullable().default(null),
      logFrom: z.int().min(0).nullable().default(null),
    }),
  ),
});
const start = z.object({ version: z.string().optional() });
const completion = z.strictObject({
  conclusion: z.enum(CONCLUSIONS),
  log: z.string().max(LOG_LIMIT).default(''),
});

export function machineDoor(world: World): Hono<Env> {
  const door = new Hono<Env>();
  const tokenOf = (c: Context<Env>) => /^Bearer (\S+)$/i.exec(c.req.header('authorization') ?? '')?.[1];
  const asking = (c: Context<Env>) => machineOf(world, tokenOf(c));

  let waiting: (() => void)[] = [];
  world.listen(async (event) => {
    if (event.event !== 'workflow_job' || event.action !== 'queued') return;
    const all = waiting;
    waiting = [];
    for (const wake of all) wake();
  });

  door.post('/start', async (c) => {
    const token = tokenOf(c);
    const known = token === undefined ? undefined : world.machineTokens.get(token);
    const heard = known !== undefined && isHeard(world, known);
    const machine = asking(c);
    const { version } = await bodyOf(c, start);
    if (version !== undefined && isOlder(version, world.minimumRunner))
      throw new RefusedError(403, `Runner version v${version} is deprecated and cannot receive messages.`);
    await startMachine(world, machine, heard);
    return c.json({ id: machine.id, name: machine.name });
  });
  door.post('/stop', (c) => {
    asking(c).inSession = false;
    return c.body(null, 204);
  });
  door.post('/token', async (c) => {
    const form = new URLSearchParams(await c.req.text());
    try {
      const { token } = signIn(world, form.get('client_assertion') ?? '');
      return c.json({ access_token: token, token_type: 'bearer', expires_in: 3000 });
    } catch (error) {
      if (!(error instanceof RefusedError)) throw error;
      return c.json({ error: error.message }, 400);
    }
  });
  door.post('/acquire', async (c) => {
    const machine = asking(c);
    const deadline = AbortSignal.timeout(WAIT_MS);
    for (;;) {
      const queued = new Promise<void>((wake) => {
        waiting.push(wake);
        deadline.addEventListener('abort', () => wake(), { once: true });
      });
      if (c.req.raw.signal.aborted) return c.body(null, 204);
      const job = await acquireJob(world, machine);
      if (job) return c.json(job);
      await queued;
      if (deadline.aborted) return c.body(null, 204);
    }
  });
  door.post('/jobs/:id/steps', async (c) => {
    const job = jobOf(world, asking(c), idOf(c, 'id'));
    reportSteps(world, job, (await bodyOf(c, steps)).steps);
    return c.json({ cancelled: job.cancelRequestedAt !== null });
  });
  door.get('/jobs/:id', (c) => {
    const { cancelRequestedAt } = jobOf(world, asking(c), idOf(c, 'id'));
    return c.json({ cancelled: cancelRequestedAt !== null });
  });
  door.put('/runs/:id/artifacts/:name', async (c) => {
    const machine = asking(c);
    const bytes = new Uint8Array(await c.req.arrayBuffer());
    const { id, digest, size } = await storeArtifact(
      world,
      machine,
      idOf(c, 'id'),
      c.req.param('name'),
      bytes,
    );
    return c.json({ id, digest, size }, 201);
  });
  door.post('/jobs/:id/complete', async (c) => {
    const job = jobOf(world, asking(c), idOf(c, 'id'));
    const { conclusion, log } = await bodyOf(c, completion);
    await completeJob(world, job, conclusion, log);
    return c.json({ conclusion: job.conclusion });
  });
  return door;
}

/** Versions of numbers and dots. */
function isOlder(version: string, minimum: string): boolean {
  const [a, b] = [version, minimum].map((text) => text.split('.').map(Number));
  for (let i = 0; i < b!.length; i++) {
    const [mine, least] = [a![i] ?? 0, b![i]!];
    if (mine !== least) return mine < least;
  }
  return false;
}
