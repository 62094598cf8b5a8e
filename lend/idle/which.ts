import { cardOf } from './card.ts';
import type { Hours } from './hours.ts';
import { type Ask, asker } from './probes/ask.ts';
import { battery, macBattery } from './probes/battery.ts';
import { command } from './probes/command.ts';
import { gnome } from './probes/gnome.ts';
import { inhibitors } from './probes/inhibitors.ts';
import { macos } from './probes/macos.ts';
import { nvidia } from './probes/nvidia.ts';
import { person } from './probes/person.ts';
import type { Probe } from './probes/probe.ts';
import { macPrograms, programs } from './probes/programs.ts';
import { schedule } from './probes/schedule.ts';
import { temperature } from './probes/temperature.ts';
import { x } from './probes/x.ts';

/** What the owner asks of the machine before it is lent. */
export interface OwnersRules {
  hours: Hours | null;
  /** A shell command that ends with 0 while it is free. */
  when: string | null;
  /** Programs during which it is not. */
  programs: string[];
  /** Degrees Celsius; null: the GPU's own limit is near enough. */
  hottest: number | null;
}

/** What the probes see of the computer. */
export interface Computer {
  platform: NodeJS.Platform;
  env: NodeJS.ProcessEnv;
  uid: number;
  now: () => number;
  /** Whether a process belongs to the job in hand. */
  ours(pid: number): Promise<boolean>;
}

/** Cards slow down by themselves at about this temperature. */
const GPU_HOTTEST = 90;

/** Every probe that this computer and its owner's rules call for. */
export function probesFor(computer: Computer, rules: OwnersRules): Probe[] {
  const ask = asker(computer.env);
  return [
    nvidia(ask, { card: cardOf(computer.env), hottest: rules.hottest ?? GPU_HOTTEST, ours: computer.ours }),
    ...(computer.platform === 'darwin' ? onMac(ask, rules) : onLinux(ask, computer, rules)),
    ...(rules.hours ? [schedule(rules.hours, computer.now)] : []),
    ...(rules.when === null ? [] : [command(rules.when, computer.env)]),
  ];
}

function onMac(ask: Ask, rules: OwnersRules): Probe[] {
  const named = rules.programs.length > 0 ? [macPrograms(rules.programs, ask)] : [];
  return [macos(ask), macBattery(ask), ...named];
}

function onLinux(ask: Ask, { uid, now, env }: Computer, rules: OwnersRules): Probe[] {
  return [
    person(ask, { uid, now, input: [gnome(ask), x(ask, env)] }),
    inhibitors(ask),
    battery('/sys/class/power_supply'),
    ...(rules.hottest === null ? [] : [temperature('/sys/class/hwmon', rules.hottest)]),
    ...(rules.programs.length > 0 ? [programs(rules.programs, '/proc')] : []),
  ];
}
