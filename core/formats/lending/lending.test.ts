import { expect, test } from 'vitest';
import { type Availability, availabilityMessage, parseAvailability } from './availability.ts';
import { parseMachineFile } from './machine-file.ts';

const FREE: Availability = {
  schema: 1,
  at: '2026-11-27T12:00:00.000Z',
  status: 'free',
  why: null,
  until: null,
  nonce: null,
  machine: 'desk',
  tracks: ['cpu'],
  device: 'NVIDIA GeForce RTX 4090',
  driver: '580.65',
  powerWatts: 450,
};

test('what a client says is what the swarm hears', () => {
  for (const said of [FREE, { ...FREE, status: 'away', why: 'its owner\n\n{is here}' } as const])
    expect(parseAvailability(availabilityMessage(said))).toEqual(said);
});

test.each([
  ['another commit', 'Begin'],
  ['half a message', availabilityMessage(FREE).slice(0, -30)],
  ['a key more', availabilityMessage({ ...FREE, more: 1 } as Availability)],
  ['a key twice', `free\n\n${JSON.stringify(FREE).replace('{', '{"status":"busy",')}`],
])('%s says nothing', (_, message) => {
  expect(parseAvailability(message)).toBeNull();
});

test('a machine file names the key, the value and the fix', () => {
  const text = 'swarm: descent\nmachine: desk\ntracks: [cpu]\n';
  const parsed = parseMachineFile(text);
  expect(parsed).toMatchObject({ ok: false, problems: [expect.stringContaining('OWNER/REPOSITORY')] });
  expect(parseMachineFile(text.replace('descent', 'descent/descent'))).toMatchObject({
    ok: true,
    value: { swarm: 'descent/descent', accepts: ['commons'] },
  });
});
