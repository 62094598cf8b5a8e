import { z } from 'zod';

/** What a track asks of the machines that measure it: losses at equal time compare between equal machines alone. */

/** Of the device: letters and digits, `*` for any characters. */
const pattern = z
  .string()
  .regex(
    /^[A-Za-z0-9 ()._@+*-]{1,60}$/,
    'must be the name of a device, with * for any characters, e.g. "NVIDIA H100*"',
  );
const version = z
  .string()
  .regex(/^\d{1,4}(\.\d{1,4}){0,2}$/, 'must be a version of the driver in quotes, e.g. "580.65"');

export const hardwareSchema = z.strictObject({
  /** The device is one of these. */
  devices: z.array(pattern).min(1).max(20).optional(),
  /** Memory of the device, at least. */
  memoryMiB: z.int().min(1).optional(),
  /** Version of its driver, at least. */
  driver: version.optional(),
  /** Power that it may draw, at least: a card at a lower limit is a slower card. */
  powerWatts: z.int().min(1).max(10_000).optional(),
});

/** The same as people write it in `.github/descent.yml`. */
export const hardwareConfigSchema = z
  .strictObject({
    devices: hardwareSchema.shape.devices,
    'memory-mib': hardwareSchema.shape.memoryMiB,
    driver: hardwareSchema.shape.driver,
    'power-watts': hardwareSchema.shape.powerWatts,
  })
  .transform(
    ({ devices, driver, 'memory-mib': memoryMiB, 'power-watts': powerWatts }): Hardware => ({
      ...(devices !== undefined && { devices }),
      ...(memoryMiB !== undefined && { memoryMiB }),
      ...(driver !== undefined && { driver }),
      ...(powerWatts !== undefined && { powerWatts }),
    }),
  );

export type Hardware = z.infer<typeof hardwareSchema>;

/** What a machine reports about itself; null where it reports nothing. */
export interface HardwareFound {
  device: string;
  memoryMiB: number;
  driver: string | null;
  powerWatts?: number | null | undefined;
}

/** @returns what is not as the track asks, in words; null when the machine fits. What the track asks for and the machine does not report does not fit. */
export function misfit(wanted: Hardware | undefined, found: HardwareFound): string | null {
  if (wanted === undefined) return null;
  const { devices, memoryMiB, driver, powerWatts } = wanted;
  const wrong: string[] = [];
  if (devices && !devices.some((one) => isNamed(found.device, one)))
    wrong.push(`the device is ${found.device || 'unknown'}, not ${devices.join(' or ')}`);
  if (memoryMiB !== undefined && found.memoryMiB < memoryMiB)
    wrong.push(`it has ${found.memoryMiB} MiB of memory, not ${memoryMiB}`);
  if (driver !== undefined && !isAtLeast(found.driver, driver))
    wrong.push(`its driver is ${found.driver ?? 'unknown'}, not ${driver} or later`);
  if (powerWatts !== undefined && (found.powerWatts ?? 0) < powerWatts)
    wrong.push(`it may draw ${found.powerWatts ?? 'an unknown number of'} W, not ${powerWatts}`);
  return wrong.length > 0 ? wrong.join('; ') : null;
}

/** The parts between the stars in their order, the first at the start and the last at the end: no expression of a stranger's. */
function isNamed(device: string, pattern: string): boolean {
  const name = device.toLowerCase();
  const [first = '', ...others] = pattern.toLowerCase().split('*');
  if (others.length === 0) return name === first;
  const last = others.pop()!;
  if (!name.startsWith(first)) return false;
  let at = first.length;
  for (const part of others) {
    const next = name.indexOf(part, at);
    if (next < 0) return false;
    at = next + part.length;
  }
  return name.length - last.length >= at && name.endsWith(last);
}

function isAtLeast(found: string | null, least: string): boolean {
  const numbers = (text: string) => text.split('.').map((part) => Number.parseInt(part, 10));
  const have = numbers(found ?? '');
  for (const [i, need] of numbers(least).entries()) {
    const difference = (have[i] ?? 0) - need;
    if (difference !== 0) return difference > 0; // what is no number is NaN, and never enough
  }
  return true;
}
