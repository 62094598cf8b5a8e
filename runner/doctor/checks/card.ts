import { misfit } from '../../../core/formats/hardware.ts';
import { describeHardware } from '../../hardware.ts';
import { type Check, fail, ok, skip } from '../finding.ts';

/** Checks that the machine is of the kind that the track names. Losses at equal time compare only between equal machines. */
export const hardware: Check = {
  name: 'hardware',
  safety: false,
  needed: true,
  async look(host, { device, hardware: wanted }) {
    if (wanted === undefined) return skip('the track names no hardware');
    const found = await describeHardware(device, (file, args) => host.run(file, args));
    const wrong = misfit(wanted, found);
    if (wrong !== null)
      return fail(
        wrong,
        'Lend this machine to another track (its labels decide), or give it the hardware that the track names.',
      );
    return ok(
      `${found.device}, ${found.memoryMiB} MiB${found.driver === null ? '' : `, driver ${found.driver}`}`,
    );
  },
};

/** A card is in use by another program when more memory is taken than a driver needs for itself. */
const DRIVER_MIB = 2048;

/** Checks that no other program uses the card: its memory would be missing, and a stranger's file would crash. */
export const cardMemory: Check = {
  name: 'card-memory',
  safety: false,
  needed: true,
  async look(host, { device }) {
    if (device !== 'cuda') return skip(`the track trains on ${device}`);
    const query = ['--query-gpu=memory.used', '--format=csv,noheader,nounits'];
    const ran = await host.run('nvidia-smi', query);
    if (ran?.status !== 0) return skip('see gpu');
    const used = Number.parseFloat(ran.stdout);
    if (!Number.isFinite(used)) return skip('the card does not report its memory');
    if (used > DRIVER_MIB)
      return fail(
        `${used} MiB of the card are taken by other programs`,
        'End them: nvidia-smi says which. They share the clock as well.',
      );
    return ok(`${used} MiB taken`);
  },
};
