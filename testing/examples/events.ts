import type { Event } from '../../core/formats/events.ts';
import { BLOB, NOW } from './names.ts';

const name = { pull: 41, blob: BLOB.slice(0, 12), track: 'cpu' };

/** One event of each kind. */
export const EVENTS_EXAMPLE: Event[] = [
  {
    ...{ kind: 'result', at: NOW, ...name, verdict: 'improved', code: 'gain-confirmed' },
    ...{ valBpb: 1.5, heldoutBpb: 1.6, incumbent: 2, effect: 0.5, standardError: 0.01 },
    ...{ title: 'Halve the batch', author: 'nova', agent: null, expect: -0.1, buildsOn: [7] },
    runs: [['explore', 'ada', 'ada.desk', 'scored', 1.5, 320]],
  },
  { kind: 'adopted', at: NOW, ...name, gain: 0.2, loss: 1.8 },
  { kind: 'certified', at: NOW, ...name, pulls: [40, 41] },
  { kind: 'refuted', at: NOW, ...name, pulls: [41] },
  { kind: 'record', at: NOW, ...name, valBpb: 1.5, author: 'nova', title: 'Halve the batch' },
  { kind: 'audit', at: NOW, ...name, machine: 'ada.desk', outcome: 'agreed', outlier: null },
  { kind: 'machine', at: NOW, track: 'cpu', machine: 'ada.desk', owner: 'ada' },
];
