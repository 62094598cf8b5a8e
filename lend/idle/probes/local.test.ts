import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { fakeMachine, until } from '../../testing/fake-machine.ts';
import { asker } from './ask.ts';
import { battery, macBattery } from './battery.ts';
import { command } from './command.ts';
import { macos } from './macos.ts';
import type { Probe } from './probe.ts';
import { macPrograms, programs } from './programs.ts';
import { temperature } from './temperature.ts';

/** The probes of files, commands and programs, on machines described by real files and real programs. */

const never = new AbortController().signal;
type Files = Record<string, string>;

async function readFiles(files: Files, probe: (root: string) => Probe) {
  await using machine = await fakeMachine({ files });
  return await probe(machine.root).read(never);
}

const MAINS = { 'AC/type': 'Mains\n', 'AC/online': '1\n' };
const cell = (status: string, name = 'BAT0'): Files => ({
  [`${name}/type`]: 'Battery\n',
  [`${name}/status`]: `${status}\n`,
});
test.each<[string, Files, string]>([
  ['plugged in', { ...MAINS, ...cell('Charging') }, 'free'],
  ['full', { ...MAINS, ...cell('Full') }, 'free'],
  ['unplugged', { 'AC/type': 'Mains', 'AC/online': '0', ...cell('Discharging') }, 'busy'],
  ['plugged in, but the job draws more than the plug gives', { ...MAINS, ...cell('Discharging') }, 'busy'],
  ['two batteries, one in use', { ...MAINS, ...cell('Full'), ...cell('Discharging', 'BAT1') }, 'busy'],
  ['a supply behind the plug, in use', { 'ups/type': 'UPS', 'ups/status': 'Discharging' }, 'busy'],
  ['a battery that will not say, plugged in', { ...MAINS, ...cell('Unknown') }, 'free'],
  ['a battery that will not say', cell('Unknown'), 'unknown'],
  ['a battery without a status', { 'BAT0/type': 'Battery' }, 'unknown'],
  ["a mouse's battery", { 'mouse/scope': 'Device', ...cell('Discharging', 'mouse') }, 'absent'],
  ['a desktop', MAINS, 'absent'],
])('battery: %s', async (_, files, verdict) => {
  expect(await readFiles(files, battery)).toMatchObject({ verdict });
});

test('battery: a computer without the folder has none', async () => {
  expect(await battery('/nowhere/at/all').read(never)).toMatchObject({ verdict: 'absent' });
});

const chip = (name: string, ...degrees: string[]): Files => ({
  [`${name}0/name`]: `${name}\n`,
  ...Object.fromEntries(degrees.map((one, i) => [`${name}0/temp${i + 1}_input`, one])),
});
test.each<[string, Files, string]>([
  ['cool', chip('coretemp', '41000\n', '55000\n'), 'free'],
  ['one core hot', chip('k10temp', '41000', '85000'), 'busy'],
  ['a hot disk is no processor', { ...chip('nvme', '99000'), ...chip('coretemp', '40000') }, 'free'],
  ['no sensor', chip('nvme', '40000'), 'absent'],
  ['a sensor that answers nothing', chip('coretemp', ''), 'absent'],
  ['one of two answers', chip('coretemp', '', '50000'), 'free'],
])('temperature: %s', async (_, files, verdict) => {
  expect(await readFiles(files, (root) => temperature(root, 85))).toMatchObject({ verdict });
});

const process = (pid: number, comm: string, ...line: string[]): Files => ({
  [`${pid}/comm`]: `${comm}\n`,
  [`${pid}/cmdline`]: line.map((word) => `${word}\0`).join(''),
});
const OTHERS = { meminfo: '1', ...process(1, 'systemd', '/sbin/init') };
test.each<[string, Files, string]>([
  ['none', OTHERS, 'free'],
  ['by its name', process(7, 'blender', '/opt/blender', 'x.blend'), 'busy'],
  ['by its file, whatever it calls itself', process(7, 'Main Thread', '/opt/Blender', ''), 'busy'],
  ['one with a longer name than Linux keeps', process(7, 'a-very-long-nam', ''), 'busy'],
  ['under Wine', process(7, 'wine-preloader', 'C:\\Games\\blender.exe'), 'busy'],
  ['a name inside another', process(7, 'blenderd', '/opt/blenderd'), 'free'],
  ['named in an argument', process(7, 'vim', 'vim', 'blender'), 'free'],
  ['a kernel thread', process(7, 'kworker/0:1'), 'free'],
])('programs: %s', async (_, files, verdict) => {
  const probe = (root: string) => programs(['blender', 'a-very-long-name-indeed'], root);
  expect(await readFiles({ ...OTHERS, ...files }, probe)).toMatchObject({ verdict });
});

test('programs: this very process is found in the real /proc', async () => {
  const name = (await readFile('/proc/self/comm', 'utf8')).trim();
  expect(await programs([name], '/proc').read(never)).toMatchObject({ verdict: 'busy' });
});

async function answered(
  name: string,
  script: string | null,
  probe: (ask: ReturnType<typeof asker>) => Probe,
) {
  await using machine = await fakeMachine({ programs: script === null ? {} : { [name]: script } });
  return await probe(asker(machine.env)).read(AbortSignal.timeout(script === '/bin/sleep 60' ? 200 : 20_000));
}

test.each([
  ['somebody types', `echo '    | |   "HIDIdleTime" = 26000000'`, 'busy'],
  ['nobody for an hour', `echo '    | |   "HIDIdleTime" = 3600000000000'`, 'free'],
  ['no such figure', 'echo "+-o Root  <class IORegistryEntry>"', 'unknown'],
  ['it fails', 'echo "ioreg: error" >&2; exit 1', 'unknown'],
  ['it hangs', '/bin/sleep 60', 'unknown'],
  ['it is not there', null, 'absent'],
])('a Mac: %s', async (_, script, verdict) => {
  expect(await answered('ioreg', script, macos)).toMatchObject({ verdict });
});

test.each([
  ['plugged in', `echo "Now drawing from 'AC Power'"`, 'free'],
  ['unplugged', `echo "Now drawing from 'Battery Power'"`, 'busy'],
  ['garbage', 'echo "?"', 'unknown'],
  ['it hangs', '/bin/sleep 60', 'unknown'],
  ['it is not there', null, 'absent'],
])("a Mac's battery: %s", async (_, script, verdict) => {
  expect(await answered('pmset', script, macBattery)).toMatchObject({ verdict });
});

test.each([
  ['runs', 'echo /Applications/Blender.app/Contents/MacOS/Blender', 'busy'],
  ['does not', 'echo /sbin/launchd', 'free'],
  ['cannot be listed', 'exit 1', 'unknown'],
  ['hangs', '/bin/sleep 60', 'unknown'],
])("a Mac's program %s", async (_, script, verdict) => {
  expect(await answered('ps', script, (ask) => macPrograms(['blender'], ask))).toMatchObject({ verdict });
});

test.each([
  ['ends with 0', 'exit 0', 'free', 'ends with 0'],
  ['ends with 1', 'exit 1', 'busy', 'ends with 1'],
  ['says why', 'echo "$PRICE is too dear" >&2; exit 3', 'busy', 'ends with 3: 0.40 is too dear'],
  ['is killed', 'kill -9 $$', 'busy', 'ends with'],
  ['is no command', 'no-such-thing', 'busy', 'ends with 127'],
  ['is no shell', 'if', 'busy', 'ends with 2'],
])('the command of --when %s', async (_, line, verdict, why) => {
  const reading = await command(line, { PATH: '/usr/bin:/bin', PRICE: '0.40' }).read(never);
  expect(reading).toMatchObject({ verdict });
  expect(reading.why).toContain(why);
});

test('the command of --when that hangs is unknown, and is killed with what it waits for', async () => {
  await using machine = await fakeMachine({});
  const mark = join(machine.root, 'pid');
  const stop = new AbortController();
  const reading = command(`sh -c 'echo $$ > ${mark}; sleep 60; true'; true`, { PATH: '/usr/bin:/bin' }).read(
    stop.signal,
  );
  await until(() => existsSync(mark));
  stop.abort();
  expect(await reading).toMatchObject({ verdict: 'unknown' });
  const pid = (await readFile(mark, 'utf8')).trim();
  await until(() => !existsSync(`/proc/${pid}`));
});
