import { Octokit } from '@octokit/rest';
import nock from 'nock';
import { expect, test } from 'vitest';
import { addPatience } from './patience.ts';

const API = 'https://api.github.test';

test.each(['RATE_LIMITED', 'RATE_LIMIT'])(
  'a limit that GraphQL tells as %s with status 200 is waited out',
  async (type) => {
    const waits: number[] = [];
    const octokit = new Octokit({ baseUrl: API });
    addPatience(
      octokit,
      () => new Date(1_000_000_000),
      async (ms) => void waits.push(ms),
    );
    const headers = { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': '1000045' };
    nock(API)
      .post('/graphql')
      .reply(200, { errors: [{ type, message: 'API rate limit exceeded' }] }, headers);
    nock(API)
      .post('/graphql')
      .reply(200, { data: { viewer: { login: 'nova' } } });
    expect(await octokit.graphql('{ viewer { login } }')).toEqual({ viewer: { login: 'nova' } });
    expect(waits).toEqual([45_000]);
  },
);
