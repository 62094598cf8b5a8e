import { z } from 'zod';
import type { MachineState } from '../../core/formats/leaderboard.ts';
import { own } from '../../core/names.ts';
import { exploresAlone, latelyOf } from '../../core/rules/audits/lately.ts';
import { type MachineRules, machineTrust } from '../../core/rules/audits/machines.ts';
import { inertLine } from '../../core/text/harmless/terminal.ts';
import { count } from '../../core/text/plural.ts';
import { fileAt } from '../../memory/clone/git.ts';
import { selectVerdicts, verdictRowSchema } from '../../memory/experiment.ts';
import type { Memory } from '../../memory/memory.ts';
import { outcome } from '../../memory/near-miss.ts';
import { theirs } from '../untrusted.ts';

/** What one login did, and its machines, as `descent status` tells it. */

export const mineSchema = z.strictObject({
  login: z.string(),
  total: z.int(),
  experiments: z.array(verdictRowSchema),
  machines: z.strictObject({
    runs: z.int(),
    credits: z.number().describe('what these runs earned: seconds at the price of their track'),
    named: z.array(
      z.strictObject({
        track: z.string(),
        name: z.string(),
        jobs: z.int(),
        lastSeen: z.string(),
        outliers: z.int(),
        lately: z
          .strictObject({
            runs: z.int(),
            preempted: z.int(),
            vanished: z.int(),
            disturbed: z.int(),
            share: z.number(),
            exploresAlone: z.boolean(),
          })
          .nullable()
          .describe('of a lent machine: how its last runs ended, and the share without a loss'),
        standing: z.enum(['probation', 'trusted', 'blocked']),
      }),
    ),
  }),
});

/** As main has it at the commit that was read. */
export async function mineOf({ store, leaderboard, repository }: Memory, login: string, now: Date) {
  const total = store
    .prepare('SELECT count(*) AS n FROM verdicts WHERE author = ? COLLATE NOCASE')
    .get(login);
  const named = Object.entries(leaderboard.tracks).flatMap(([track, { machines }]) =>
    Object.entries(machines)
      .filter(([, machine]) => machine.owner === login.toLowerCase())
      .map(([name, machine]) => ({ track, name, machine })),
  );
  const mine = own(leaderboard.owners, login.toLowerCase());
  const rules = named.length > 0 ? await machineRules(repository) : {};
  return {
    login,
    total: Number(total?.n),
    experiments: selectVerdicts(
      store,
      'WHERE author = ? COLLATE NOCASE ORDER BY decidedAt DESC LIMIT 5',
      login,
    ),
    machines: {
      runs: mine?.runs ?? 0,
      credits: (mine?.milli ?? 0) / 1000,
      named: named.map(({ track, name, machine }) => ({
        track,
        name,
        jobs: machine.jobs,
        lastSeen: machine.lastSeen,
        outliers: machine.outliers.length,
        lately: latelyShown(machine),
        standing: machineTrust(name, machine, now.toISOString(), rules),
      })),
    },
  };
}

/** Read only for owners of machines: it would take a third of the command's time. */
async function machineRules({ folder, commit }: Memory['repository']): Promise<MachineRules> {
  const { parseConfig } = await import('../../core/formats/config.ts');
  const config = parseConfig(await fileAt(folder, commit, '.github/descent.yml'));
  return config.ok ? config.value : {};
}

type Lately = z.infer<typeof mineSchema>['machines']['named'][number]['lately'];

function latelyShown(machine: MachineState): Lately {
  const lately = latelyOf(machine);
  return lately && { ...lately, exploresAlone: exploresAlone(machine) };
}

function lostOf(lately: Lately): string {
  if (lately === null || lately.share === 0) return '';
  const { runs, preempted, vanished, disturbed, exploresAlone: alone } = lately;
  const parts = [
    preempted > 0 && `${preempted} taken back`,
    vanished > 0 && `${vanished} vanished or failed`,
    disturbed > 0 && `${disturbed} disturbed`,
  ].filter(Boolean);
  return `, of the last ${count(runs, 'run')} ${parts.join(', ')}${alone ? ': exploring runs alone' : ''}`;
}

const STANDING = { probation: 'on probation', trusted: 'trusted', blocked: 'BLOCKED' } as const;

export function mineLines({ login, experiments, total, machines }: z.infer<typeof mineSchema>): string[] {
  return [
    `${login}: ${count(total, 'experiment')}; machines measured ${count(machines.runs, 'run')}, earned ${machines.credits.toFixed(1)} credits`,
    ...machines.named.map(
      (one) =>
        `  ${inertLine(one.name)} on ${one.track}: ${STANDING[one.standing]}, ${count(one.jobs, 'job')}, last seen ${one.lastSeen.slice(0, 10)}${one.outliers > 0 ? `, an outlier ${count(one.outliers, 'time')}` : ''}${lostOf(one.lately)}`,
    ),
    ...experiments.map((one) => `  #${one.pull} ${outcome(one)}: ${theirs(one.title, 60)}`),
  ];
}
