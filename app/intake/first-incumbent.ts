import type { BaselineReading, Port } from '../github/port.ts';
import type { BaselineSnapshot } from '../model/snapshot.ts';
import { leftAlone } from './swarm.ts';
import { type Sources, withFindings, worldOf } from './world.ts';

/** Null when the repository is left alone. */
export async function readBaseline(
  port: Port,
  retry: boolean,
  sources: Sources,
): Promise<BaselineSnapshot | null> {
  const reading: BaselineReading = await port.readBaseline();
  if (leftAlone(reading) !== null) return null;
  const world = worldOf(reading, sources);
  return {
    ...world,
    carrier: reading.carrier && (await withFindings(port, world, reading.carrier, null)),
    retry,
  };
}
