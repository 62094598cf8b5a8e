import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { chmod, mkdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { fakeMachine } from '../testing/fake-machine.ts';
import { install, uninstall } from './install.ts';
import { agentText } from './launchd.ts';
import { unitText } from './systemd.ts';

const SERVICE = {
  name: 'descent-lend-desk',
  about: 'Lends desk to 100% of a swarm',
  command: ['/bin/true', 'lend'],
  env: { PATH: '/usr/bin' },
};
const ODD = [
  'a b',
  '"quoted"',
  "it's",
  '100%',
  '%h',
  '$HOME',
  '%{HOME}',
  'back\\slash',
  '\\n',
  '#x',
  ';',
  'Grüße',
  '-:@+!',
];

/** What systemd itself makes of a unit: its words, one by one. */
async function verify(text: string, root: string): Promise<string> {
  const file = join(root, 'odd.service');
  await writeFile(file, text);
  const found = await promisify(execFile)('systemd-analyze', ['verify', '--user', '--man=no', file], {
    env: { ...process.env, XDG_RUNTIME_DIR: root },
  });
  return found.stderr;
}

const hasSystemd = ['/usr/bin', '/bin'].some((folder) => existsSync(`${folder}/systemd-analyze`));

test.runIf(hasSystemd)(
  'systemd takes the unit, with a program whose path has blanks, quotes and percent signs',
  async () => {
    await using machine = await fakeMachine({});
    const folder = join(machine.root, `my "100%" tools $HOME it's`);
    await mkdir(folder);
    const program = join(folder, 'no de');
    await symlink('/bin/true', program);
    const said = await verify(
      unitText({ ...SERVICE, command: [program, ...ODD], env: { ODD: ODD.join(' ') } }),
      machine.root,
    );
    expect(said).not.toContain('odd.service');
  },
);

test.runIf(hasSystemd)(
  'systemd refuses such a path where it stands as it is: that is what the shell is for',
  async () => {
    await using machine = await fakeMachine({});
    const program = join(machine.root, 'no "de"');
    await symlink('/bin/true', program);
    const path = program.replaceAll('"', '\\"');
    const plain = unitText(SERVICE).replace(/^ExecStart=.*$/m, `ExecStart=:"${path}"`);
    await expect(verify(plain, machine.root)).rejects.toThrow('special characters');
  },
);

test('the words that systemd hands on are those of the command, read as its manual says', async () => {
  await using machine = await fakeMachine({});
  const file = join(machine.root, 'words');
  const print = ['/bin/sh', '-c', 'printf "%s\\n" "$@" > "$0"', file];
  const line = /^ExecStart=:(.*)$/m.exec(unitText({ ...SERVICE, command: [...print, ...ODD] }))![1]!;
  // systemd.service(5): words in double quotes, with the escapes of C; `%%` is a percent sign.
  const words = [...line.matchAll(/"((?:[^"\\]|\\.)*)"|(\S+)/g)].map(([, inside, bare]) =>
    (inside?.replace(/\\(.)/g, '$1') ?? bare!).replaceAll('%%', '%'),
  );
  await promisify(execFile)(words[0]!, words.slice(1));
  expect(await readFile(file, 'utf8')).toBe(ODD.map((word) => `${word}\n`).join(''));
});

test('what no unit can hold is refused with the reason', () => {
  expect(() => unitText({ ...SERVICE, command: ['/home/a\nExecStart=/bin/evil', 'lend'] })).toThrow(
    'cannot hold',
  );
});

test('the agent of macOS holds every word as it is', async () => {
  const text = agentText({ ...SERVICE, command: ['/bin/true', ...ODD, '<&>'] }, '/tmp/x & y.log');
  const words = [...text.matchAll(/<string>(.*?)<\/string>/g)].map(([, word]) =>
    word!.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&amp;', '&'),
  );
  expect(words.slice(0, ODD.length + 3)).toEqual([SERVICE.name, '/bin/true', ...ODD, '<&>']);
  expect(words.slice(-2)).toEqual(['/tmp/x & y.log', '/tmp/x & y.log']);
});

/** A computer whose service manager writes down what it is asked. */
async function computer(platform: NodeJS.Platform, script = '') {
  const machine = await fakeMachine({});
  const log = join(machine.root, 'asked');
  for (const name of ['systemctl', 'launchctl'])
    await machine.program(name, `echo "${name} $*" >> ${log}\n${script}`);
  const shown: string[] = [];
  const system = {
    platform,
    env: { ...machine.env, HOME: machine.root },
    uid: 501,
    show: (line: string) => void shown.push(line),
  };
  const asked = async () => (await readFile(log, 'utf8').catch(() => '')).split('\n').filter(Boolean);
  return { machine, system, shown, asked };
}

test('it is installed, enabled and started by the commands that were shown, and goes without a trace', async () => {
  const { machine, system, shown, asked } = await computer('linux');
  await using _ = machine;
  await install(SERVICE, system);
  const file = join(machine.root, '.config/systemd/user/descent-lend-desk.service');
  expect(await readFile(file, 'utf8')).toBe(unitText(SERVICE));
  const commands = [
    'daemon-reload',
    'enable descent-lend-desk.service',
    'restart descent-lend-desk.service',
  ].map((one) => `systemctl --user ${one}`);
  expect(await asked()).toEqual(commands);
  expect(shown.filter((line) => line.startsWith('$ '))).toEqual(commands.map((one) => `$ ${one}`));
  expect(shown.join('\n')).toContain('journalctl --user -u descent-lend-desk.service');
  await uninstall(SERVICE, system);
  expect(existsSync(file)).toBe(false);
  expect((await asked()).slice(-2)).toEqual([
    'systemctl --user disable --now descent-lend-desk.service',
    'systemctl --user daemon-reload',
  ]);
  await uninstall(SERVICE, system);
  expect(shown.at(-1)).toContain('No service is installed');
});

test('on a Mac it is an agent of launchd', async () => {
  const { machine, system, asked } = await computer('darwin');
  await using _ = machine;
  await install(SERVICE, system);
  const file = join(machine.root, 'Library/LaunchAgents/descent-lend-desk.plist');
  expect(await asked()).toEqual([
    'launchctl bootout gui/501/descent-lend-desk',
    `launchctl bootstrap gui/501 ${file}`,
  ]);
  await uninstall(SERVICE, system);
  expect(existsSync(file)).toBe(false);
});

test.each([
  ['fails', 'echo "Failed to connect to bus: No medium found" >&2; exit 1', 'No medium found'],
  ['is not there', null, 'systemctl is not installed'],
])('a service manager that %s: said with what to do', async (_name, script, why) => {
  const { machine, system } = await computer('linux', script ?? '');
  await using _ = machine;
  if (script === null) await chmod(join(machine.root, 'bin/systemctl'), 0o644);
  const bare = script === null ? { ...system, env: { ...system.env, PATH: '/nowhere' } } : system;
  await expect(install(SERVICE, bare)).rejects.toMatchObject({
    message: expect.stringContaining(why),
    remedy: expect.stringContaining('Log in'),
  });
});
