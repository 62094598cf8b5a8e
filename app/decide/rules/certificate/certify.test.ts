import { describe, expect, it } from 'vitest';
import { jobOf } from '../../../../testing/examples/job.ts';
import { NOW } from '../../../../testing/examples/names.ts';
import { run } from '../../../../testing/examples/run.ts';
import { facts, runState } from '../../../../testing/snapshot/head.ts';
import type { RunState } from '../../../model/snapshot.ts';
import type { RunFacts } from '../../../model/state.ts';
import { certify } from './certify.ts';
import { scoredOnceMore } from './opinions.ts';
import { barredBy, discountsOf, liarsAmong } from './scorings.ts';

const OWNERS = ['ada', 'bob', 'cleo', 'eve'];
const handed = (runId: number) => {
  const file = { sha256: 'a'.repeat(64), bytes: 1 };
  return { runId, artifact: 1, archive: file, weights: file, claims: file };
};
const probes = (penaltyBpb: number) => ({ count: 10, guided: true, penaltyBpb });

/** A confirming run of this owner's, at 1.5 with a penalty of its own. */
function confirmed(runId: number, owner: string, expiresAt = '2027-01-01T00:00:00.000Z'): RunFacts {
  const machine = `${owner}.box`;
  return {
    ...facts(1.5),
    run: run(1.5, { stage: 'confirm', runId, owner, machine, probes: probes(0.001) }),
    scored: { ...handed(runId), expiresAt },
  };
}

/** A scoring of that run by this owner; the sum of the claims it found, null when it refused them. */
function scoring(of: number, owner: string, sum: number | null, ordinal = 1): RunState {
  const state = runState({ kind: 'pending' }, { stage: 'rescore', ordinal });
  const second = run(sum === null ? null : sum + 0.0005, {
    stage: 'rescore',
    owner,
    machine: `${owner}.box`,
    ...(sum !== null && { probes: probes(0.0005) }),
  });
  const job = jobOf({ stage: 'rescore', rescore: handed(of) });
  return { ...state, memory: { ...state.memory, job, facts: { ...facts(1), run: second } } };
}

const SUM = 1.499;
const all = [confirmed(1, 'ada'), confirmed(2, 'ada'), confirmed(3, 'bob'), confirmed(4, 'bob')];
function certificate(scorings: RunState[], change: Partial<Parameters<typeof certify>[0]> = {}) {
  const scored = scoredOnceMore(all, scorings, 'nova');
  return certify({
    facts: all,
    scored,
    owners: OWNERS,
    now: NOW,
    fewOwners: 'wait',
    draw: 0,
    exhausted: false,
    ...change,
  });
}

describe('before it holds the record a gain', () => {
  it('is scored by another owner than the one who measured', () => {
    expect(certificate([])).toMatchObject({
      kind: 'ask',
      first: { run: { runId: 1 } },
      owners: ['cleo', 'eve'],
    });
    expect(certificate([], { draw: 3 })).toMatchObject({
      first: { run: { runId: 4 } },
      owners: ['cleo', 'eve'],
    });
  });

  it('is scored by owners who measured nothing of it, since two logins may be one person’s; by the others where none is left', () => {
    expect(certificate([], { owners: ['ada', 'bob'] })).toMatchObject({ kind: 'ask', owners: ['bob'] });
    const no = [scoring(1, 'cleo', null)];
    expect(certificate(no)).toMatchObject({ kind: 'ask', owners: ['eve'] });
    expect(certificate(no, { owners: ['ada', 'bob', 'cleo'] })).toMatchObject({
      kind: 'ask',
      owners: ['bob'],
    });
  });

  it('needs one that agrees, whatever penalties the two machines found', () => {
    expect(certificate([scoring(1, 'cleo', SUM)])).toMatchObject({
      kind: 'certified',
      rescores: [{ of: 1, outcome: 'agreed' }],
    });
  });

  it('is not certified by the author, nor by the owner who measured, nor twice by one owner', () => {
    for (const owner of ['nova', 'ada']) expect(certificate([scoring(1, owner, SUM)]).kind).toBe('ask');
    const twice = [scoring(1, 'cleo', null), scoring(1, 'cleo', null, 2)];
    expect(certificate(twice)).toMatchObject({
      kind: 'ask',
      first: { run: { runId: 1 } },
      owners: ['eve'],
    });
  });

  it('asks a third owner where one disagrees, who says which is right', () => {
    const [no, yes] = [scoring(1, 'cleo', null), scoring(1, 'eve', SUM, 2)];
    expect(certificate([no])).toMatchObject({ kind: 'ask', owners: ['eve'] });
    expect(certificate([no, yes]).kind).toBe('certified');
    expect(liarsAmong(scoredOnceMore(all, [no, yes], 'nova'))).toEqual(['cleo.box']);
    expect(certificate([no], { owners: ['ada', 'cleo'] }).kind).toBe('unsettled');
  });

  it('disagrees with held-out claims that add up to another loss, where they were handed over', () => {
    const withHeldout = (run: RunFacts['run'], heldoutBpb: number | null) => ({ ...run, heldoutBpb });
    const whole = (one: RunFacts): RunFacts => ({
      ...one,
      run: withHeldout(one.run, 1.7),
      scored: { ...one.scored!, heldout: 'c'.repeat(32) },
    });
    const facts = all.map(whole);
    const second = (heldoutBpb: number | null) => {
      const one = scoring(1, 'cleo', SUM);
      const { facts: seen } = one.memory;
      return {
        ...one,
        memory: { ...one.memory, facts: { ...seen!, run: withHeldout(seen!.run, heldoutBpb) } },
      };
    };
    const state = (heldoutBpb: number | null) =>
      scoredOnceMore(facts, [second(heldoutBpb)], 'nova')[0]!.state;
    expect([state(1.7), state(1.6), state(null)]).toEqual(['agreed', 'disputed', 'disputed']);
  });

  it('disagrees with claims that add up to another loss', () => {
    expect(certificate([scoring(1, 'cleo', SUM + 0.01)])).toMatchObject({
      kind: 'ask',
      owners: ['eve'],
    });
  });

  it('is looked at on another owner’s run where two refute the first: it is the machine or the file', () => {
    const refuted = [scoring(1, 'cleo', null), scoring(1, 'eve', null, 2)];
    expect(certificate(refuted)).toMatchObject({ kind: 'ask', first: { run: { owner: 'bob' } } });
    const machine = [...refuted, scoring(3, 'cleo', SUM, 3)];
    const scored = scoredOnceMore(all, machine, 'nova');
    expect(certificate(machine).kind).toBe('certified');
    expect(liarsAmong(scored)).toEqual(['ada.box']);
    expect(barredBy(scored)).toEqual(['ada']);
    const file = [...refuted, scoring(3, 'cleo', null, 3), scoring(3, 'eve', null, 4)];
    expect(certificate(file).kind).toBe('refuted');
    expect(liarsAmong(scoredOnceMore(all, file, 'nova'))).toEqual([]);
  });

  it('waits for another owner, or says that there is none', () => {
    const alone = { facts: all.slice(0, 2), owners: ['ada'] };
    expect(certificate([], alone).kind).toBe('wait');
    const accepted = certificate([], { ...alone, fewOwners: 'accept' });
    expect(accepted).toMatchObject({ kind: 'certified', rescores: [{ outcome: 'single-owner' }] });
  });

  it('has a run measured again where nothing is kept any more, and never asks without end', () => {
    const old = all.map((one) => confirmed(one.run.runId, one.run.owner, NOW));
    expect(certificate([], { facts: old })).toMatchObject({ kind: 'expired', first: { run: { runId: 1 } } });
    expect(certificate([], { exhausted: true }).kind).toBe('unsettled');
  });
});

describe('a run that another is measured for', () => {
  it('does not count', () => {
    const replacing = runState({ kind: 'pending' }, { stage: 'confirm', ordinal: 5 });
    const memory = { ...replacing.memory, replaces: 2 };
    const pull = { heads: [{ runs: [{ ...replacing, memory }] }] } as unknown as Parameters<
      typeof discountsOf
    >[0]['pull'];
    const snapshot = { pull } as Parameters<typeof discountsOf>[0];
    expect([...discountsOf(snapshot, all, []).keys()]).toEqual([2]);
  });
});
