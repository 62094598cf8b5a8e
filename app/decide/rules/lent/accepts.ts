import type { Accepts } from '../../../../core/formats/lending/machine-file.ts';
import type { LentMachine } from '../../../model/lent.ts';

/** Whether a machine's owner lends it to work of this kind: `accepts` of its machine.yml. */
export function accepts({ accepts: kinds }: Pick<LentMachine, 'accepts'>, kind: Accepts): boolean {
  return kinds.includes(kind);
}
