import { createHash, createPrivateKey, generateKeyPairSync } from 'node:crypto';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DataIntegrityProof } from '@digitalbazaar/data-integrity';
import { cryptosuite } from '@digitalbazaar/eddsa-rdfc-2022-cryptosuite';
import { verifyCredential } from '@digitalbazaar/vc';
import { execa } from 'execa';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { type Change, written } from '../../app/decide/results/commit.ts';
import type { RunResult } from '../../core/formats/run.ts';
import { stage } from '../../testing/clone/clone.ts';
import { writeHistory } from '../../testing/clone/write-history.ts';
import { board } from '../../testing/examples/leaderboard.ts';
import { resultOf } from '../../testing/examples/result.ts';
import { run } from '../../testing/examples/run.ts';
import { snapshot } from '../../testing/snapshot/snapshot.ts';
import { documentLoader, signerOf } from '../badges/sign.ts';

/** A repository as the bot writes it: a record of nova's that bob confirmed, and an audit that found eve's machine alone. */

const on = (owner: string, runId: number, loss: number, stage: RunResult['stage'] = 'explore') =>
  run(loss, { runId, stage, owner, machine: `${owner}.box` });
const record = resultOf({
  ...{ verdict: 'improved', valBpb: 1.6, authorId: 14 },
  runs: [on('ada', 1, 1.5), { ...on('bob', 2, 1.6, 'confirm'), ownerId: 12 }],
});
const doubted = resultOf({ pull: 42, author: 'kai', runs: [on('eve', 3, 2.5)] });
const audited = resultOf({
  ...doubted,
  audits: [
    {
      ...{ of: 3, why: 'share', outcome: 'outlier', outlier: 'eve.box' },
      runs: [on('ada', 4, 2.9, 'audit'), on('bob', 5, 2.9, 'audit')],
    },
    {
      // What zoe's machine refused counts, too: it was eve's loss that was invented.
      ...{ of: 3, why: 'scoring', outcome: 'outlier', outlier: 'eve.box' },
      runs: [
        on('bob', 6, 2.9, 'rescore'),
        { ...on('zoe', 7, 0, 'rescore'), valBpb: null, outcome: 'invalid' },
      ],
    },
  ],
});
const changes: [Change, ...Change[]] = [
  { kind: 'result', result: record },
  { kind: 'incumbent', result: record },
  { kind: 'result', result: doubted },
  { kind: 'audited', result: audited, before: doubted, settled: audited.audits },
];

async function swarm(files: Record<string, string> = {}) {
  const { clone, user, folder } = await stage();
  const { commit } = written(snapshot(), board, changes);
  const made = Object.fromEntries(commit.files.map(({ path, content }) => [path, content]));
  const id = await writeHistory(clone, { results: [], files: { ...made, ...files } });
  await execa('git', ['remote', 'add', 'origin', 'https://github.com/Swarm/descent.git'], { cwd: clone });
  return { clone, user, folder, id };
}

describe('badges', () => {
  it('lists what everybody earned, and the tokens of records', async () => {
    const { user } = await swarm();
    const { value } = await user.json('badges');
    expect(value.people).toMatchObject([
      { login: 'ada', account: '@ada', badges: [{ id: 'first-run' }, { id: 'found-an-outlier', pull: 42 }] },
      {
        ...{ login: 'bob', account: '#12' },
        badges: [{ id: 'first-run' }, { id: 'confirmed-a-record' }, { id: 'found-an-outlier' }],
      },
      { login: 'eve', badges: [{ id: 'first-run', pull: 42 }] },
      { login: 'nova', account: '#14', badges: [{ id: 'record', pull: 41 }] },
      { login: 'zoe', badges: [{ id: 'found-an-outlier', count: 1, pull: 42 }] },
    ]);
    expect(value.tokens).toMatchObject([{ track: 'cpu', number: 1, pull: 41, standing: 'stands' }]);
    const { out } = await user.descent('badges', '@Nova');
    expect(out).toContain('Record (2026-11-23, #41)');
    expect(out).toContain('cpu 1: #41 by nova, 1.6000');
    expect(out).not.toContain('bob');
  });

  it('shows none of who asks for none, and names a token that cannot be read', async () => {
    const files = {
      'results/tokens/cpu/2.json': '{"schema": 1}\n',
      '.github/descent.yml': await configured('no-badges: [Nova, ada]'),
    };
    const { user } = await swarm(files);
    const { value } = await user.json('badges');
    expect(value.people.map(({ login }: { login: string }) => login)).toEqual(['bob', 'eve', 'zoe']);
    expect(value.broken.join()).toContain('results/tokens/cpu/2.json: `track`');
    expect((await user.descent('badges')).out).toContain('Left out: results/tokens/cpu/2.json');
  });

  it('says that a record fell since, from its result as it is now', async () => {
    const fallen = { ...record, verdict: 'regressed' as const, decidedAt: '2026-11-24T00:00:00.000Z' };
    const world = snapshot();
    const [first, ...rest] = changes;
    const both = written(world, board, [first, ...rest]);
    const events = both.commit.files.find(({ path }) => path.startsWith('results/events/'))!;
    const main = { ...world.main, events: { number: 0, text: events.content } };
    const change: Change = { kind: 'reconsidered', result: fallen, before: record, machines: ['bob.box'] };
    const { commit } = written({ ...world, main }, both.board, [change]);
    const { user } = await swarm(
      Object.fromEntries(commit.files.map(({ path, content }) => [path, content])),
    );
    const { value } = await user.json('badges', 'nova');
    expect(value).toMatchObject({ people: [], tokens: [{ number: 1, pull: 41, standing: 'fell' }] });
  });
});

/** What must be there by Open Badges 3.0, appendix B: properties of multiplicity 1 and their types. */
const types = (name: string) => z.array(z.string()).refine((given) => given.includes(name), `needs ${name}`);
const achievementCredential = z.looseObject({
  '@context': z.tuple(
    [
      z.literal('https://www.w3.org/ns/credentials/v2'),
      z.literal('https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json'),
    ],
    z.string(),
  ),
  id: z.url(),
  type: types('VerifiableCredential').and(types('AchievementCredential')),
  issuer: z.looseObject({ id: z.string().regex(/^did:web:/), type: types('Profile') }),
  validFrom: z.iso.datetime(),
  credentialSubject: z.looseObject({
    id: z.url(),
    type: types('AchievementSubject'),
    achievement: z.looseObject({
      ...{ id: z.url(), type: types('Achievement'), name: z.string(), description: z.string() },
      criteria: z.looseObject({ narrative: z.string() }),
      image: z.strictObject({ id: z.string().startsWith('data:image/svg+xml;'), type: z.literal('Image') }),
    }),
  }),
  evidence: z.array(z.looseObject({ type: types('Evidence') })),
});

it('the public key is written as in the example of the specification', async () => {
  const der = Buffer.from(
    '302e020100300506032b6570042204206241a409e6707bb640a0140a8a32bc3d193c33a661747284d6adfa4ed4180be4',
    'hex',
  );
  const { folder } = await stage();
  const pem = createPrivateKey({ key: der, format: 'der', type: 'pkcs8' });
  await writeFile(join(folder, 'key.pem'), pem.export({ type: 'pkcs8', format: 'pem' }));
  const { document } = await signerOf(join(folder, 'key.pem'), 'https://example.edu:8443/a/b', new Date());
  expect(document).toMatchObject({ path: 'did.json', value: { id: 'did:web:example.edu%3A8443:a:b' } });
  expect(document.value).toMatchObject({
    verificationMethod: [{ publicKeyMultibase: 'z6MkjZRZv3aez3r18pB1RBFJR1kwUVJ5jHt92JmQwXbd5hwi' }],
  });
});

describe('badges export', () => {
  it('json: all that is known, and a picture for each badge and person with its text', async () => {
    const { user, clone } = await swarm();
    const { value } = await user.json('badges', 'export', 'bob', '--format', 'json', '--into', 'out');
    expect(value.files).toHaveLength(5);
    const told = JSON.parse(await readFile(join(clone, 'out', 'badges.json'), 'utf8'));
    expect(told).toMatchObject({
      repository: 'https://github.com/Swarm/descent',
      people: [{ login: 'bob' }],
    });
    const all = await readFile(join(clone, 'out', 'bob.svg'), 'utf8');
    expect(all).toContain('<title>descent: 3 badges</title>');
    expect(all).toContain('aria-label="descent: 3 badges"');
    expect(await readdir(join(clone, 'out', 'bob'))).toContain('confirmed-a-record.svg');
  });

  it('ob3: signed credentials that a verifier of Open Badges takes, and none that was changed', async () => {
    const { user, clone, folder, id } = await swarm();
    const { privateKey } = generateKeyPairSync('ed25519');
    const key = join(folder, 'key.pem');
    await writeFile(key, privateKey.export({ type: 'pkcs8', format: 'pem' }));
    const args = ['export', 'nova', '--format', 'ob3', '--into', 'out', '--key', key];
    const { value } = await user.json('badges', ...args);
    expect(value.files.map((path: string) => path.slice(clone.length))).toEqual([
      ...['/out/nova/record.json', '/out/did.json'],
    ]);
    const [credential, did] = await Promise.all(
      value.files.map(async (path: string) => JSON.parse(await readFile(path, 'utf8'))),
    );
    expect(credential).toMatchObject({
      type: ['VerifiableCredential', 'AchievementCredential'],
      issuer: { id: 'did:web:swarm.github.io:descent', type: ['Profile'] },
      validFrom: '2026-11-23T12:00:00.000Z',
      credentialSubject: {
        id: 'https://github.com/nova',
        type: ['AchievementSubject'],
        achievement: { type: ['Achievement'], name: 'Record' },
      },
      evidence: [
        {
          id: `https://github.com/Swarm/descent/blob/${id}/results/experiments/0/41-bbbbbbbbbbbb-cpu.json`,
          type: ['Evidence'],
        },
      ],
      proof: { type: 'DataIntegrityProof', cryptosuite: 'eddsa-rdfc-2022', proofPurpose: 'assertionMethod' },
    });
    expect(achievementCredential.safeParse(credential).error).toBeUndefined();
    const [method] = did.verificationMethod;
    const at = async (url: string) => {
      if (url === did.id) return { contextUrl: null, documentUrl: url, document: did };
      const document = { '@context': 'https://w3id.org/security/multikey/v1', ...method };
      return url === method.id ? { contextUrl: null, documentUrl: url, document } : documentLoader(url);
    };
    const verified = async (given: object) =>
      (
        await verifyCredential({
          credential: given,
          suite: new DataIntegrityProof({ cryptosuite }),
          documentLoader: at,
          now: new Date('2026-11-30T00:00:00Z'),
        })
      ).verified;
    expect(await verified(credential)).toBe(true);
    const { credentialSubject } = credential;
    expect(await verified({ ...credential, name: 'Record \u00d79' })).toBe(false);
    expect(
      await verified({
        ...credential,
        credentialSubject: { ...credentialSubject, id: 'https://github.com/eve' },
      }),
    ).toBe(false);
  });

  it('ob3 without a key: the same without a proof; with another file as the key: refused', async () => {
    const { user, clone, folder } = await swarm();
    const args = ['export', 'nova', '--format', 'ob3', '--into', 'out', '--site', 'https://descent.example'];
    await user.json('badges', ...args);
    const credential = JSON.parse(await readFile(join(clone, 'out/nova/record.json'), 'utf8'));
    expect(credential.issuer.id).toBe('did:web:descent.example');
    expect(credential).not.toHaveProperty('proof');
    const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    const key = join(folder, 'key.pem');
    await writeFile(key, privateKey.export({ type: 'pkcs8', format: 'pem' }));
    for (const [path, said] of [
      [key, 'is a key of type ec, not ed25519'],
      [join(clone, 'out/nova/record.json'), 'is no private key'],
    ] as const) {
      const { status, err } = await user.descent('badges', ...args, '--key', path);
      expect([status, err.includes(said)]).toEqual([2, true]);
    }
  });

  it('erc721: metadata whose digests the tree has, with picture and standing; the first file is nobody’s', async () => {
    const { user, clone } = await swarm();
    const { value } = await user.json('badges', 'export', '--format', 'erc721', '--into', 'out');
    expect(value.files).toHaveLength(3);
    const read = (name: string) => readFile(join(clone, 'out', name), 'utf8');
    const [text, svg, tree] = await Promise.all(['cpu-1.json', 'cpu-1.svg', 'tree.json'].map(read));
    const metadata = JSON.parse(text!);
    const sha256 = (of: string) => createHash('sha256').update(of).digest('hex');
    expect(metadata.attributes).toContainEqual({ trait_type: 'Standing', value: 'stands' });
    expect(metadata.properties.sha256.image).toBe(sha256(svg!));
    expect(Buffer.from(metadata.image.split(',')[1], 'base64').toString()).toBe(svg);
    expect(JSON.parse(tree!)).toMatchObject({
      format: 'standard-v1',
      leafEncoding: ['uint256', 'bytes32'],
      values: [{ value: [metadata.properties.id, `0x${sha256(text!)}`], treeIndex: 0 }],
    });
  });

  it('needs a format and a folder, and writes nothing without them', async () => {
    const { user } = await swarm();
    for (const [args, said] of [
      [['export'], 'needs --format and --into'],
      [['nova', '--into', 'out'], 'files are only written by `badges export`'],
      [['export', '--format', 'moon', '--into', 'out'], 'moon'],
      [['export', '--format', 'ob3', '--into', 'out', '--site', 'http://x.example'], 'site'],
    ] as const) {
      const { status, err } = await user.descent('badges', ...args);
      expect([status, err.includes(said)]).toEqual([2, true]);
    }
  });
});

async function configured(line: string): Promise<string> {
  return `${await readFile(join(import.meta.dirname, '../../.github/descent.yml'), 'utf8')}\n${line}\n`;
}
