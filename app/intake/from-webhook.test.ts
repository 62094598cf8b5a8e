import { describe, expect, it } from 'vitest';
import { sha } from '../../testing/examples/names.ts';
import { runState } from '../../testing/snapshot/head.ts';
import { encodeOverall, encodeRun } from '../model/state.ts';
import { fromWebhook } from './from-webhook.ts';

const BOT = 'descent[bot]';
const person = { sender: { login: 'nova' } };
const pull = (action: string, more: object = {}) => ({
  ...person,
  action,
  pull_request: { number: 41 },
  ...more,
});
const run = (title: string, action = 'completed', event = 'workflow_dispatch') => ({
  sender: { login: BOT },
  action,
  workflow_run: { path: '.github/workflows/experiment.yml', display_title: title, event },
});
const NONCE = '0'.repeat(32);

describe('a webhook', () => {
  it('about a pull request says which one to look at', () => {
    for (const action of ['opened', 'ready_for_review', 'closed'])
      expect(fromWebhook('pull_request', pull(action), BOT)).toEqual({
        subject: { kind: 'pull', number: 41 },
        heads: [],
        retry: false,
      });
  });

  it('about a push to a pull request also says what it left behind', () => {
    expect(fromWebhook('pull_request', pull('synchronize', { before: sha('a') }), BOT)).toMatchObject({
      heads: [sha('a')],
    });
  });

  it('about an edit or a reopening asks for what was given up', () => {
    for (const action of ['edited', 'reopened'])
      expect(fromWebhook('pull_request', pull(action), BOT)).toMatchObject({ retry: true });
  });

  it('about the end of a run finds the pull request in its title, though the bot began it', () => {
    expect(fromWebhook('workflow_run', run(`descent #41 explore 1 ${sha('a')} ${NONCE}`), BOT)).toMatchObject(
      {
        subject: { kind: 'pull', number: 41 },
        heads: [sha('a')],
      },
    );
    expect(
      fromWebhook('workflow_run', run(`descent baseline baseline 1 ${sha('a')} ${NONCE}`), BOT),
    ).toMatchObject({ subject: { kind: 'first-incumbent' } });
  });

  it('about a check that a person runs again asks for it again', () => {
    const check = (external_id: string) => ({
      ...person,
      action: 'rerequested',
      check_run: { external_id, head_sha: sha('a') },
    });
    const again = (subject: object) => ({ subject, retry: true });
    const { key } = runState({ kind: 'pending' });
    expect(fromWebhook('check_run', check(encodeRun(key)), BOT)).toMatchObject(again({ number: 41 }));
    const state = encodeOverall(42, { blob: sha('b'), track: 'cpu', state: 'failed' });
    expect(fromWebhook('check_run', check(state), BOT)).toMatchObject(again({ number: 42 }));
    const ofNobody = encodeRun({ ...key, pull: null, stage: 'baseline' });
    expect(fromWebhook('check_run', check(ofNobody), BOT)).toMatchObject(again({ kind: 'first-incumbent' }));
    const commit = { kind: 'commit', oid: sha('a') };
    expect(fromWebhook('check_run', check(`d1:overall:${sha('b')}:cpu:failed`), BOT)).toMatchObject(
      again(commit),
    );
    const suite = { ...person, action: 'rerequested', check_suite: { head_sha: sha('a') } };
    expect(fromWebhook('check_suite', suite, BOT)).toMatchObject(again(commit));
  });

  it('about main asks for its incumbent, other branches do not', () => {
    const push = (ref: string) => ({ ...person, ref, repository: { default_branch: 'main' } });
    expect(fromWebhook('push', push('refs/heads/main'), BOT)).toMatchObject({
      subject: { kind: 'first-incumbent' },
    });
    expect(fromWebhook('push', push('refs/heads/other'), BOT)).toHaveProperty('ignored');
  });

  it.each([
    ['what the bot did itself', 'pull_request', { ...pull('closed'), sender: { login: BOT } }],
    ['a label', 'pull_request', pull('labeled')],
    [
      'a run that only begins',
      'workflow_run',
      run(`descent #41 explore 1 ${sha('a')} ${NONCE}`, 'requested'),
    ],
    [
      'a run of a push',
      'workflow_run',
      run(`descent #41 explore 1 ${sha('a')} ${NONCE}`, 'completed', 'push'),
    ],
    ['a run with a made-up title', 'workflow_run', run('descent #41; rm -rf /')],
    ['a star', 'star', person],
  ])('about %s is left alone', (_what, name, payload) => {
    expect(fromWebhook(name, payload, BOT)).toHaveProperty('ignored');
  });
});
