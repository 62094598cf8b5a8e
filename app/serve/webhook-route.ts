import { verify } from '@octokit/webhooks-methods';
import { Hono } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import type { Logger } from 'pino';
import type { Probot } from 'probot';
import { z } from 'zod';

/**
 * What the bot answers over HTTP: GitHub's deliveries, and `/ping` for monitoring. Anyone can reach it, so
 * nothing of a body is logged, and none is parsed before its signature is checked.
 */

export const WEBHOOK_PATH = '/api/github/webhooks';

/** Far above any event that is heard here. GitHub's own limit is 25 MiB; what is larger is found by the sweep. */
const BODY_LIMIT_BYTES = 5 * 1024 ** 2;
/** Refused deliveries are counted, and logged once in this time, so that strangers cannot fill the log. */
const LOG_EVERY_MS = 60_000;

const headersSchema = z.object({
  'x-github-event': z.string().regex(/^[a-z0-9_]{1,64}$/, 'must be the name of an event'),
  'x-github-delivery': z.string().regex(/^[\w-]{1,64}$/, 'must be the id of a delivery'),
  'content-type': z.string().regex(/^application\/json\b/i, 'must be application/json'),
});
const payloadSchema = z.record(z.string(), z.unknown());

interface Door {
  probot: Probot;
  secret: string;
  /** Names of the events that the bot listens to; all others are answered and dropped. */
  heard: ReadonlySet<string>;
  log: Logger;
  now?: () => number;
}

export function webhookRoute({ probot, secret, heard, log, now = Date.now }: Door): Hono {
  const refuse = refusals(log, now);
  const routes = new Hono();
  routes.get('/ping', (c) => c.text('PONG'));
  routes.post(
    WEBHOOK_PATH,
    bodyLimit({
      maxSize: BODY_LIMIT_BYTES,
      onError: (c) => {
        refuse('too large');
        return c.json({ error: `a delivery may have ${BODY_LIMIT_BYTES} bytes` }, 413);
      },
    }),
    async (c) => {
      const body = await c.req.text();
      const signature = c.req.header('x-hub-signature-256') ?? '';
      if (!(await isSigned(secret, body, signature))) {
        refuse('unsigned');
        return c.json(
          { error: 'x-hub-signature-256 does not match: compare WEBHOOK_SECRET with the App' },
          400,
        );
      }
      const headers = headersSchema.safeParse(c.req.header());
      if (!headers.success) return c.json({ error: z.prettifyError(headers.error) }, 400);
      const payload = parsePayload(body);
      if (!payload) return c.json({ error: 'the body must be a JSON object' }, 400);
      const event = { id: headers.data['x-github-delivery'], name: headers.data['x-github-event'], payload };
      if (!heard.has(event.name)) return c.text('ok: this event is ignored');
      await probot.receive(event as unknown as Parameters<Probot['receive']>[0]);
      return c.text('ok');
    },
  );
  routes.notFound((c) =>
    c.json({ error: `only POST ${WEBHOOK_PATH}, GET /ping and GET /live/OWNER/REPO are here` }, 404),
  );
  routes.onError((error, c) => {
    log.error(
      { err: error, path: c.req.path },
      'a delivery could not be handled; the next sweep looks again',
    );
    return c.json({ error: 'internal error' }, 500);
  });
  return routes;
}

async function isSigned(secret: string, body: string, signature: string): Promise<boolean> {
  if (body === '' || signature === '') return false;
  return verify(secret, body, signature).catch(() => false);
}

function parsePayload(body: string): object | null {
  try {
    const parsed = payloadSchema.safeParse(JSON.parse(body));
    return parsed.success ? parsed.data : null;
  } catch {
    return null; // not JSON: said in the answer
  }
}

/** Counts what was refused, and logs one line a minute at most. */
function refusals(log: Logger, now: () => number): (why: string) => void {
  const counts = new Map<string, number>();
  let loggedAt = Number.NEGATIVE_INFINITY;
  return (why) => {
    counts.set(why, (counts.get(why) ?? 0) + 1);
    if (now() - loggedAt < LOG_EVERY_MS) return;
    loggedAt = now();
    log.warn({ refused: Object.fromEntries(counts) }, 'deliveries were refused since the last such line');
    counts.clear();
  };
}
