import type { Summary } from '../summary/summary.ts';
import { condensingView } from './effects/condensing.ts';
import { familiesView } from './effects/families.ts';
import { modesView } from './effects/modes.ts';
import { percentilesView } from './effects/percentiles.ts';
import { predictedView } from './effects/predicted.ts';
import { lineageView } from './lineage/lineage.ts';
import { agreementView } from './machines/agreement.ts';
import { auditsView } from './machines/audits.ts';
import { hoursView } from './machines/hours.ts';
import { offsetsView } from './machines/offsets.ts';
import { residualsView } from './noise/residuals.ts';
import { shapeView } from './noise/shape.ts';
import { sigmaView } from './noise/sigma.ts';
import { fleetView } from './now/fleet.ts';
import { nextView } from './now/next.ts';
import { queueView } from './now/queue.ts';
import { agentsView } from './people/agents.ts';
import { ownersView } from './people/owners.ts';
import { progressView } from './progress/view.ts';
import { healthView } from './rule/health.ts';
import { heldoutView } from './rule/heldout.ts';
import { luckView } from './rule/luck.ts';
import type { View } from './view.ts';

/** All views of a track, page by page in their order. */
export const VIEWS = {
  index: [progressView],
  now: [queueView, fleetView, nextView],
  results: [percentilesView, modesView, condensingView, predictedView, familiesView],
  noise: [residualsView, shapeView, sigmaView],
  machines: [offsetsView, auditsView, agreementView, hoursView],
  rule: [luckView, heldoutView, healthView],
  lineage: [lineageView],
  people: [agentsView, ownersView],
} satisfies Record<string, ((summary: Summary) => View)[]>;
export type PageName = keyof typeof VIEWS;
