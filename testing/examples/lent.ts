import type { LentMachine } from '../../app/model/lent.ts';
import type { Availability } from '../../core/formats/lending/availability.ts';
import type { Accepts } from '../../core/formats/lending/machine-file.ts';
import { machineName } from '../../core/formats/lending/runner-name.ts';
import { NOW } from './names.ts';

/** Numbers of owners at GitHub, as the examples have them. */
export const IDS: Record<string, number> = { ada: 11, bob: 12, cleo: 13, nova: 14 };

/** A machine that `login` lends to `cpu`, free now. */
export function lentBy(
  login: string,
  change: Partial<Availability> & { id?: number; out?: string[]; accepts?: Accepts[] } = {},
): LentMachine {
  const { id = IDS[login] ?? 99, out = [], accepts = ['commons', 'bids'], ...said } = change;
  const machine = said.machine ?? 'desk';
  return {
    owner: { id, login },
    repository: { owner: login, name: 'descent-machine', branch: 'trunk' },
    name: machineName(login, machine),
    tracks: ['cpu'],
    accepts,
    availability: {
      ...{ schema: 1, at: NOW, status: 'free', why: null, until: null, nonce: null, machine },
      ...{ tracks: ['cpu'], device: 'a processor', driver: null, powerWatts: null },
      ...said,
    },
    out,
  };
}
