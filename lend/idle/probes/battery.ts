import { join } from 'node:path';
import { type Ask, firstLine } from './ask.ts';
import { absent, busy, free, type Probe, type Reading, unknown } from './probe.ts';
import { list, text } from './read-files.ts';

/** Whether the machine runs on its battery, as Linux tells it. @param folder /sys/class/power_supply */
export function battery(folder: string): Probe {
  async function read(): Promise<Reading> {
    const supplies = await Promise.all(
      (await list(folder)).map(async (name) => {
        const fact = (key: string) => text(join(folder, name, key));
        const [type, scope, status, online] = await Promise.all(
          ['type', 'scope', 'status', 'online'].map(fact),
        );
        return { name, type, scope, status, online };
      }),
    );
    // Those of scope Device are in mice and keyboards.
    const batteries = supplies.filter(
      ({ type, scope }) => (type === 'Battery' || type === 'UPS') && scope !== 'Device',
    );
    if (batteries.length === 0) return absent('no battery');
    if (batteries.some(({ status }) => status === 'Discharging'))
      return busy('the machine runs on its battery');
    const silent = batteries.find(({ status }) => status == null || status === 'Unknown');
    const plugged = supplies.some(({ type, online }) => type === 'Mains' && online === '1');
    if (silent && !plugged) return unknown(`the battery ${silent.name} does not say whether it is in use`);
    return free('plugged in');
  }
  return { name: 'battery', read };
}

/** The same as macOS tells it. */
export function macBattery(ask: Ask): Probe {
  async function read(signal: AbortSignal): Promise<Reading> {
    const answer = await ask('pmset', ['-g', 'batt'], signal);
    if (answer.kind === 'absent') return absent('pmset is not there');
    if (answer.kind === 'silent') return unknown('pmset does not answer');
    const source = /drawing from '([^']*)'/.exec(answer.stdout)?.[1];
    if (source === 'AC Power') return free('plugged in');
    if (source === 'Battery Power' || source === 'UPS Power') return busy('the machine runs on its battery');
    return unknown(`pmset answers what nobody can read: ${firstLine(answer.stderr, answer.stdout)}`);
  }
  return { name: 'battery', read };
}
