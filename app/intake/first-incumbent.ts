import type { MainReading, Port } from '../github/port.ts';
import type { FirstIncumbentSnapshot } from '../model/snapshot.ts';
import { leftAlone } from './swarm.ts';
import { type Sources, withFindings, worldOf } from './world.ts';

/** Null when the repository is left alone. */
export async function readFirstIncumbent(
  port: Port,
  retry: boolean,
  sources: Sources,
): Promise<FirstIncumbentSnapshot | null> {
  const reading: MainReading = await port.readMain();
  if (leftAlone(reading) !== null) return null;
  const world = worldOf(reading, sources);
  return {
    ...world,
    carrier: reading.carrier && (await withFindings(port, world, reading.carrier, null, sources.lent)),
    retry,
  };
}
