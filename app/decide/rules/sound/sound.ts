import { own } from '../../../../core/names.ts';
import { machineTrust } from '../../../../core/rules/audits/machines.ts';
import type { HeadState, Snapshot } from '../../../model/snapshot.ts';
import { GIVEN_UP } from '../../../say/run-check.ts';
import type { Settings } from '../../state/settings.ts';
import { withSoundData } from './data-set.ts';
import { unusedSeeds } from './seeds.ts';
import { withSoundVersions } from './versions.ts';

/** The comparison that fails when a blocked machine brings a report. */
export const BLOCKED_MACHINE = 'machine';

/** Reports of blocked machines, from other data sets and of other Pythons are refused, and a seed that was used on the track is not drawn again. */
export function withoutUnsound(snapshot: Snapshot, { board, config }: Settings): Snapshot {
  const isBlocked = (track: string, name: string) => {
    const machine = own(own(board.tracks, track)?.machines, name);
    return machine !== undefined && machineTrust(name, machine, snapshot.now, config) === 'blocked';
  };
  const sound = (head: HeadState): HeadState => ({
    ...head,
    runs: head.runs.map((run) => {
      const { finding } = run;
      if (finding.kind !== 'report' || !isBlocked(run.key.track, finding.facts.run.machine)) return run;
      const why = GIVEN_UP.blocked(finding.facts.run.machine, run.key.track);
      return { ...run, finding: { kind: 'refused', check: BLOCKED_MACHINE, why } };
    }),
  });
  const fresh = unusedSeeds(snapshot.fresh, board, snapshot.pull.heads);
  const heads = withSoundVersions(withSoundData(snapshot.pull.heads.map(sound), board), { board, config });
  return { ...snapshot, fresh, pull: { ...snapshot.pull, heads } };
}
