import { CommandError } from '../../core/errors.ts';

/** A service of the user's systemd: it runs as the user, and asks for no right of root. */

/** What the service runs. */
export interface Service {
  /** Name of the service, without `.service`. */
  name: string;
  /** For people. */
  about: string;
  /** Program and arguments, none through a shell. */
  command: string[];
  /** Variables that it needs beside those of the session. */
  env: Record<string, string>;
}

/** The unit's text. */
export function unitText({ about, command, env }: Service): string {
  const variables = Object.entries(env).map(([name, value]) => `Environment=${quoted(`${name}=${value}`)}`);
  // systemd takes no program with quotes in its path, so a shell becomes it. The colon keeps `$` as it is. SIGTERM ends the job in hand cleanly; a status of 2 waits for its owner, so it does not start again.
  return `[Unit]
Description=${plain(about)}
StartLimitIntervalSec=600
StartLimitBurst=5

[Service]
Type=exec
ExecStart=:/bin/sh -c "exec \\"$@\\"" sh ${command.map(quoted).join(' ')}
${variables.join('\n')}${variables.length > 0 ? '\n' : ''}Restart=on-failure
RestartSec=30
RestartPreventExitStatus=2
KillMode=mixed
TimeoutStopSec=120
Nice=10

[Install]
WantedBy=default.target
`;
}

/** One word of a unit: systemd undoes its own quotes, backslashes and percent signs. */
function quoted(text: string): string {
  if (/[\0-\x1f\x7f]/.test(text))
    throw new CommandError(
      `a service cannot hold this path or value: ${JSON.stringify(text)}`,
      'Move or rename what has a control character in its name.',
    );
  return `"${text.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('%', '%%')}"`;
}

function plain(text: string): string {
  return text.replace(/[\0-\x1f\x7f]/g, ' ').replaceAll('%', '%%');
}
