import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { HOME, type Stage, setStage } from './stage.ts';

describe('when things go wrong', () => {
  let stage: Stage;
  beforeAll(async () => {
    stage = await setStage();
    await stage.as('swarm').rest.issues.create({ ...HOME, title: 'A place to talk' });
  });
  beforeEach(async () => {
    await stage.control.faults();
    await settled();
    stage.heard.length = 0;
  });
  afterAll(async () => {
    await stage.clear();
  });
  const say = (body: string) =>
    stage.as('nova').rest.issues.createComment({ ...HOME, issue_number: 1, body });
  const deliveries = () => stage.control.deliveries();
  const settled = () =>
    stage.until(
      async () => ((await deliveries()).every((d) => d.outcome !== 'pending') ? true : undefined),
      'all sent',
    );
  const said = () => stage.heard.map((h) => (h.payload.comment as { body: string }).body);

  it('webhooks are lost', async () => {
    await stage.control.faults({ dropWebhooks: true });
    await say('unheard');
    const last = (await deliveries()).at(-1)!;
    expect(last).toMatchObject({ event: 'issue_comment', outcome: 'dropped' });
    expect(stage.heard).toEqual([]);
    await stage.control.faults();
    await stage.control.redeliver(last.guid);
    await stage.until(() => stage.heard.find((h) => h.guid === last.guid), 'redelivery under the same GUID');
  });

  it('webhooks come twice', async () => {
    await stage.control.faults({ doubleWebhooks: true });
    await say('twice');
    await stage.until(() => (stage.heard.length === 2 ? true : undefined), 'both');
    expect(new Set(stage.heard.map((h) => h.guid)).size).toBe(1);
  });

  it('webhooks come out of order', async () => {
    await stage.control.faults({ reorderWebhooks: true });
    await say('first');
    await say('second');
    await stage.until(() => (stage.heard.length === 2 ? true : undefined), 'both');
    expect(said()).toEqual(['second', 'first']);
  });

  it('requests fail, before they did anything or after', async () => {
    const count = async () =>
      (await stage.as('nova').rest.issues.listComments({ ...HOME, issue_number: 1 })).data.length;
    const before = await count();
    await stage.control.faults({ serverErrorEvery: 1 });
    await expect(say('never')).rejects.toMatchObject({ status: 502 });
    await stage.control.faults({ lostAnswerEvery: 1 });
    await expect(say('done, but the answer is lost')).rejects.toMatchObject({ status: 502 });
    await stage.control.faults({ secondaryLimitEvery: 1 });
    await expect(say('too fast')).rejects.toMatchObject({
      status: 403,
      response: { headers: { 'retry-after': '1' } },
    });
    await stage.control.faults();
    expect(await count()).toBe(before + 1);
  });

  it('an unknown fault is refused by name', async () => {
    await expect(stage.control.ask('PUT', 'faults', { dropHooks: true })).rejects.toThrow(/dropHooks/);
  });

  it('the log shows who asked for what', async () => {
    const before = await stage.control.requests();
    await say('logged');
    const after = await stage.control.requests(before.at(-1)!.n);
    expect(after).toMatchObject([
      { method: 'POST', path: '/repos/swarm/descent/issues/1/comments', status: 201, actor: 'nova' },
    ]);
  });
});

describe('as time goes by', () => {
  it('tokens, downloads and rate limits end when GitHub says they do', async () => {
    let now = Date.now();
    const stage = await setStage({ now: () => new Date(now) });
    try {
      const auth = (await stage.bot.auth({ type: 'installation' })) as { token: string };
      const holder = stage.octokitWith({ auth: auth.token });
      await holder.rest.repos.get(HOME);
      const ask = () => fetch(`${stage.url}/repos/swarm/descent`);
      for (let i = 0; i < 60; i++) await (await ask()).arrayBuffer();
      const limited = await ask();
      expect(limited.status).toBe(403);
      expect(limited.headers.get('x-ratelimit-remaining')).toBe('0');
      now += 3_600_001;
      expect((await ask()).status).toBe(200);
      await expect(holder.rest.repos.get(HOME)).rejects.toMatchObject({ status: 401 });
    } finally {
      await stage.clear();
    }
  });
});
