import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { doctorCommand } from './command.ts';
import { render } from './render.ts';

let empty: string;
beforeAll(async () => {
  empty = await mkdtemp(join(tmpdir(), 'doctor-command-'));
  await mkdir(join(empty, '.github'));
  await writeFile(join(empty, '.github', 'descent.yml'), 'primary: cpu\ntracks: {}\n');
});
afterAll(() => rm(empty, { recursive: true }));

async function doctor(args: string[], env: NodeJS.ProcessEnv = process.env, repository?: string) {
  const said = { out: '', err: '', status: -1 };
  const command = doctorCommand(
    { env, out: (text) => (said.out += text), err: (text) => (said.err += text) },
    (status) => (said.status = status),
    repository,
  );
  await command.parseAsync(args, { from: 'user' });
  return said;
}

test('on this machine it ends well and prints one JSON value', async () => {
  const { status, out } = await doctor(['--json']);
  expect(status).toBe(0);
  const findings = JSON.parse(out);
  expect(findings.length).toBeGreaterThan(15);
  for (const finding of findings)
    expect(Object.keys(finding)).toEqual(['name', 'status', 'found', 'remedy', 'safety']);
});

test('docker without a server ends with 1', async () => {
  const { status, out } = await doctor(['--sandbox', 'docker'], { ...process.env, PATH: '/nowhere' });
  expect(status).toBe(1);
  expect(out).toContain('No runner starts on this machine: containers');
});

test('an unknown track ends with 2 and names the known ones', async () => {
  const { status, err } = await doctor(['--track', 'tpu']);
  expect(status).toBe(2);
  expect(err).toContain('must be one of cpu, h100');
});

test('a checkout without tracks ends with 2', async () => {
  expect(await doctor([], process.env, empty)).toMatchObject({ status: 2 });
});

test('what a program answered cannot steer the terminal', () => {
  const found = 'driver \u001b[2Jv1 ::set-output name=x::y';
  const text = render([{ name: 'gpu', status: 'ok', found, remedy: null, safety: false }]);
  expect(text).not.toContain('\u001b');
  expect(text).not.toContain('::set-output');
});
