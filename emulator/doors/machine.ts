import { type Context, Hono } from 'hono';
import { z } from 'zod';
import { bodyOf, type Env, idOf } from '../rest/kit.ts';
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
const completion = z.strictObject({
  conclusion: z.enum(CONCLUSIONS),
  log: z.string().max(LOG_LIMIT).default(''),
});

export function machineDoor(world: World): Hono<Env> {
  const door = new Hono<Env>();
  const asking = (c: Context<Env>) =>
    machineOf(world, /^Bearer (\S+)$/i.exec(c.req.header('authorization') ?? '')?.[1]);

  let waiting: (() => void)[] = [];
  world.listen(async (event) => {
    if (event.event !== 'workflow_job' || event.action !== 'queued') return;
    const all = waiting;
    waiting = [];
    for (const wake of all) wake();
  });

  door.post('/start', async (c) => {
    const machine = asking(c);
    await startMachine(world, machine);
    return c.json({ id: machine.id, name: machine.name });
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
    return c.json({ cancelled: job.cancelRequested });
  });
  door.get('/jobs/:id', (c) => c.json({ cancelled: jobOf(world, asking(c), idOf(c, 'id')).cancelRequested }));
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
