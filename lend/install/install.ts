import { randomBytes } from 'node:crypto';
import { mkdir, rename, rm, stat, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { execa } from 'execa';
import { CommandError } from '../../core/errors.ts';
import { configFolder } from '../settings.ts';
import { agentText } from './launchd.ts';
import { type Service, unitText } from './systemd.ts';

/** Puts the service in its place and starts it, or takes it away again. Every command is shown before it runs. */

export interface System {
  platform: NodeJS.Platform;
  env: NodeJS.ProcessEnv;
  uid: number;
  show(line: string): void;
}

interface Manager {
  file: string;
  text: string;
  /** Each with whether it must succeed. */
  start: [string[], boolean][];
  stop: [string[], boolean][];
  reload: string[][];
  /** What its owner likes to know. */
  hints: string[];
}

/** @throws CommandError where the service does not start, with what to do */
export async function install(service: Service, system: System): Promise<void> {
  const manager = managerOf(service, system);
  const draft = `${manager.file}.${randomBytes(4).toString('hex')}`;
  await mkdir(dirname(manager.file), { recursive: true });
  try {
    await writeFile(draft, manager.text, { mode: 0o600, flush: true });
    await rename(draft, manager.file);
  } finally {
    await rm(draft, { force: true });
  }
  system.show(`Wrote ${manager.file}.`);
  for (const [command, isNeeded] of manager.start) await run(command, isNeeded, system);
  for (const hint of manager.hints) system.show(hint);
}

export async function uninstall(service: Service, system: System): Promise<void> {
  const manager = managerOf(service, system);
  const isThere = await stat(manager.file).then(
    () => true,
    () => false,
  );
  if (!isThere) return system.show(`No service is installed: ${manager.file} is not there.`);
  for (const [command, isNeeded] of manager.stop) await run(command, isNeeded, system);
  await rm(manager.file, { force: true });
  system.show(`Removed ${manager.file}.`);
  for (const command of manager.reload) await run(command, false, system);
}

function managerOf(service: Service, system: System): Manager {
  return system.platform === 'darwin' ? launchd(service, system) : systemd(service, system);
}

function systemd(service: Service, { env }: System): Manager {
  const unit = `${service.name}.service`;
  const user = (...words: string[]) => ['systemctl', '--user', ...words];
  return {
    file: join(configFolder(env), 'systemd', 'user', unit),
    text: unitText(service),
    start: [
      [user('daemon-reload'), true],
      [user('enable', unit), true],
      // One that runs already is started anew, with what was written now.
      [user('restart', unit), true],
    ],
    stop: [[user('disable', '--now', unit), true]],
    reload: [user('daemon-reload')],
    hints: [
      `Its lines:   journalctl --user -u ${unit} -f`,
      `Its state:   systemctl --user status ${unit}`,
      `A job more, then the end:   systemctl --user kill --kill-whom=main -s USR2 ${unit}`,
      'It runs while you are logged in. To lend without that, as on a server:   loginctl enable-linger',
    ],
  };
}

function launchd(service: Service, { env, uid }: System): Manager {
  const library = join(env.HOME || homedir(), 'Library');
  const file = join(library, 'LaunchAgents', `${service.name}.plist`);
  const log = join(library, 'Logs', `${service.name}.log`);
  const domain = `gui/${uid}`;
  return {
    file,
    text: agentText(service, log),
    start: [
      [['launchctl', 'bootout', `${domain}/${service.name}`], false],
      [['launchctl', 'bootstrap', domain, file], true],
    ],
    stop: [[['launchctl', 'bootout', `${domain}/${service.name}`], false]],
    reload: [],
    hints: [
      `Its lines:   tail -f ${JSON.stringify(log)}`,
      `Its state:   launchctl print ${domain}/${service.name}`,
    ],
  };
}

async function run(command: string[], isNeeded: boolean, { env, show }: System): Promise<void> {
  const shown = command
    .map((word) => (/^[\w./:@-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`))
    .join(' ');
  show(`$ ${shown}`);
  const [program = '', ...args] = command;
  const { exitCode, stderr, code } = await execa(program, args, {
    ...{ env, extendEnv: false, reject: false, stdin: 'ignore', timeout: 180_000 },
  });
  if (exitCode === 0 || !isNeeded) return;
  const why =
    code === 'ENOENT'
      ? `${program} is not installed`
      : stderr.trim().split('\n')[0] || `exit status ${exitCode}`;
  throw new CommandError(
    `\`${shown}\` failed: ${why}`,
    'The service is written, and does not run. Log in to a session of your own (not by su or sudo), then run this again; or lend without a service.',
  );
}
