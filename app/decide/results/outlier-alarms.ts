import { MACHINE_LABEL } from '../../../core/formats/labels.ts';
import type { Leaderboard } from '../../../core/formats/leaderboard.ts';
import type { ExperimentResult } from '../../../core/formats/result.ts';
import { own } from '../../../core/names.ts';
import { isSuspicious } from '../../../core/rules/audits/audit.ts';
import { type MachineRules, machineTrust, strikesOf } from '../../../core/rules/audits/machines.ts';
import type { Alarm } from '../../model/effect.ts';
import { blocked, suspicious } from '../../say/audits.ts';

/** Sent to the owner of a machine that is blocked by its last strike, or to maintainers. */
export function outlierAlarms(
  board: Leaderboard,
  config: MachineRules,
  result: ExperimentResult,
  outliers: string[],
  now: string,
): Alarm[] {
  const { machines } = board.tracks[result.track]!;
  return outliers.flatMap((name): Alarm[] => {
    const machine = own(machines, name);
    if (!machine) return [];
    const pulls = machine.outliers.map((one) => one.pull);
    const about = { machine: name, owner: machine.owner, track: result.track, pulls };
    if (machineTrust(name, machine, now, config) === 'blocked')
      return [{ ...blocked(about), label: MACHINE_LABEL }];
    return isSuspicious(strikesOf(name, machine, now, config))
      ? [{ ...suspicious(about, result.author), label: MACHINE_LABEL }]
      : [];
  });
}
