import { join } from 'node:path';
import { absent, busy, free, type Probe, type Reading } from './probe.ts';
import { list, text } from './read-files.ts';

/** Drivers whose first sensors are the processor's. */
const PROCESSORS = new Set(['coretemp', 'k10temp', 'zenpower', 'cpu_thermal', 'macsmc_hwmon']);

/** Whether the processor is hotter than its owner allows. @param folder /sys/class/hwmon */
export function temperature(folder: string, hottest: number): Probe {
  async function read(): Promise<Reading> {
    const degrees: number[] = [];
    for (const one of await list(folder)) {
      if (!PROCESSORS.has((await text(join(folder, one, 'name'))) ?? '')) continue;
      for (const file of await list(join(folder, one))) {
        if (!/^temp\d+_input$/.test(file)) continue;
        const milli = Number((await text(join(folder, one, file))) || 'nothing');
        if (Number.isFinite(milli)) degrees.push(milli / 1000);
      }
    }
    if (degrees.length === 0) return absent('the processor has no thermometer that Linux can read');
    const celsius = Math.max(...degrees);
    return celsius >= hottest
      ? busy(`the processor has ${celsius} °C, and ${hottest} are allowed`)
      : free(`processor: ${celsius} °C`);
  }
  return { name: 'temperature', read };
}
