import { expect, test } from 'vitest';
import { hardwareConfigSchema, misfit } from './hardware.ts';

const H100 = {
  device: 'NVIDIA H100 80GB HBM3',
  memoryMiB: 81_559,
  driver: '580.95.05',
  powerWatts: 700,
};
const track = () =>
  hardwareConfigSchema.parse({
    devices: ['NVIDIA H100 80GB*', 'NVIDIA H100 SXM*'],
    'memory-mib': 80_000,
    driver: '580.65',
    'power-watts': 650,
  });

test('the card of the track fits, and a track that asks nothing takes any', () => {
  expect(misfit(track(), H100)).toBeNull();
  expect(misfit(undefined, { ...H100, device: '' })).toBeNull();
  expect(hardwareConfigSchema.parse({})).toEqual({});
});

test('a card with exactly what the track asks fits', () => {
  expect(misfit(track(), { ...H100, memoryMiB: 80_000, driver: '580.65', powerWatts: 650 })).toBeNull();
  expect(misfit({ driver: '580' }, { ...H100, driver: '580.65.06' })).toBeNull();
});

test.each([
  [{ device: 'NVIDIA H200' }, 'the device is NVIDIA H200'],
  [{ device: 'Not a NVIDIA H100 80GB HBM3' }, 'the device is'],
  [{ device: '' }, 'the device is unknown'],
  [{ memoryMiB: 40_960 }, '40960 MiB'],
  [{ driver: '580.64.99' }, 'its driver is 580.64.99'],
  [{ driver: '9.99' }, 'its driver is 9.99'],
  [{ driver: '580' }, 'its driver is 580'],
  [{ driver: 'the newest' }, 'its driver is the newest'],
  [{ driver: null }, 'its driver is unknown'],
  [{ powerWatts: 400 }, 'it may draw 400 W'],
  [{ powerWatts: null }, 'it may draw an unknown number of W'],
])('%j is reported', (change, words) => {
  expect(misfit(track(), { ...H100, ...change })).toContain(words);
});

test.each([
  ['*H100*', true],
  ['nvidia h100*hbm3', true],
  ['NVIDIA*', true],
  ['*NVIDIA*', true],
  ['NVIDIA *H100 80GB HBM3', true],
  ['NVIDIA*A100*HBM3', false],
  ['NVIDIA H100 80GB HBM3', true],
  ['NVIDIA H100', false],
  ['*HBM3*HBM3', false],
  ['NVIDIA H100 80GB HBM3*HBM3', false],
])('%s names the card: %s', (pattern, fits) => {
  expect(misfit({ devices: [pattern] }, H100) === null).toBe(fits);
});

test('a misspelt key and a driver without quotes are errors that name it', () => {
  expect(() => hardwareConfigSchema.parse({ device: ['NVIDIA H100*'] })).toThrow('device');
  expect(() => hardwareConfigSchema.parse({ driver: 580.65 })).toThrow('driver');
  expect(() => hardwareConfigSchema.parse({ devices: ['a`b'] })).toThrow('name of a device');
});
