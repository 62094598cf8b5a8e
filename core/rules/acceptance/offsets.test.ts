import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { machineOffsets, offsetOf } from './offsets.ts';

const runs = (machine: string, ...losses: number[]) => losses.map((valBpb) => ({ machine, valBpb }));

describe('machine offsets', () => {
  it('finds a machine that measures high by much more than noise', () => {
    const { byMachine } = machineOffsets(
      [...runs('slow', 1.0101, 1.0099, 1.01), ...runs('fast', 1.0001, 0.9999, 1)],
      1e-8,
    );
    expect(byMachine.get('slow')).toBeCloseTo(0.005, 4);
    expect(byMachine.get('fast')).toBeCloseTo(-0.005, 4);
  });

  it('corrects nothing where machines differ no more than runs do', () => {
    const alike = [...runs('a', 1.001, 0.999, 1.0005), ...runs('b', 1.0008, 0.9992, 1)];
    expect(machineOffsets(alike, 1e-6)).toEqual({ byMachine: new Map(), variance: 0 });
  });

  it('leaves a machine alone until it ran the incumbent three times', () => {
    const young = [...runs('a', 1, 1.0001, 0.9999), ...runs('b', 1.01, 1.01)];
    expect(machineOffsets(young, 1e-8).byMachine.size).toBe(0);
    expect(machineOffsets([...young, ...runs('b', 1.01)], 1e-8).byMachine.size).toBe(2);
  });

  it('never corrects by more than what was seen, and moves with the losses', () => {
    const machine = fc.array(fc.double({ min: 0.9, max: 1.1, noNaN: true }), { minLength: 3, maxLength: 8 });
    fc.assert(
      fc.property(fc.array(machine, { minLength: 2, maxLength: 5 }), (machines) => {
        const all = machines.flatMap((losses, i) => runs(`m${i}`, ...losses));
        const { byMachine } = machineOffsets(all, 1e-4);
        const means = machines.map((losses) => losses.reduce((a, b) => a + b) / losses.length);
        const center = means.reduce((a, b) => a + b) / means.length;
        for (const [name, offset] of byMachine) {
          const seen = means[Number(name.slice(1))]! - center;
          expect(Math.abs(offset)).toBeLessThanOrEqual(Math.abs(seen) + 1e-12);
        }
        const moved = machineOffsets(
          all.map((run) => ({ ...run, valBpb: run.valBpb + 1 })),
          1e-4,
        );
        for (const [name, offset] of byMachine) expect(moved.byMachine.get(name)).toBeCloseTo(offset, 8);
      }),
    );
  });

  it('belong to a device and its limit of power: another one in the same machine is another machine', () => {
    const on = (powerWatts: number, valBpb: number) => ({
      machine: 'ada.desk',
      device: 'a card',
      powerWatts,
      valBpb,
    });
    const all = [1, 2, 3].flatMap(() => [on(450, 1), on(250, 1.01), ...runs('slow', 1.02)]);
    const { byMachine } = machineOffsets(all, 1e-8);
    expect(byMachine.size).toBe(3);
    expect(offsetOf(byMachine, on(250, 1)) - offsetOf(byMachine, on(450, 1))).toBeCloseTo(0.01, 4);
    expect(offsetOf(byMachine, { ...on(450, 1), device: 'another card' })).toBe(0);
  });
});
