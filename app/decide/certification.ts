import type { Snapshot } from '../model/snapshot.ts';
import { after, type Decided } from './answer/decided.ts';
import { certifying } from './certify/certifying.ts';
import { concludeChain, notMeasured } from './certify/conclude-chain.ts';
import { underway } from './measure/measure.ts';
import { scoreOnceMore } from './rescore/score-once-more.ts';
import type { Settings } from './state/settings.ts';

/**
 * What was adopted is certified whatever its pull request is or becomes, beside anything else that happens to it. The pull request is
 * told how it ended, not how it goes.
 */
export function certification(snapshot: Snapshot, settings: Settings): Decided | null {
  const experiment = certifying(snapshot, settings);
  if (experiment === null) return null;
  const quiet = ({ says: _, whenSaid: __, ...decided }: Decided): Decided => decided;
  const step = underway(snapshot, settings, experiment);
  switch (step.kind) {
    case 'decided': {
      if (step.decided.says?.decision.code !== 'swarm-failed') return quiet(step.decided);
      const { checks = [], cancel = [], alarms = [] } = step.decided;
      return { ...notMeasured(snapshot, settings, experiment), checks, cancel, alarms };
    }
    case 'score-once-more':
      return quiet(
        after(
          step.reasons,
          scoreOnceMore(snapshot, settings, step.experiment, step.certificate, step.placement),
        ),
      );
    case 'judged':
      return after(step.reasons, concludeChain(snapshot, settings, experiment, step.judgement));
  }
}
