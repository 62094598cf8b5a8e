import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { runJob } from '../job.ts';
import { untilCancelled } from '../machine.ts';
import { type Order, Server, ServerError } from '../server.ts';
import { filesOf, type Registration, readRegistration, signIn } from './registration.ts';

/** What GitHub's runner does with a just-in-time configuration: connect, take one job, end. */

/** Exit codes of GitHub's Runner.Listener. */
export const EXIT = { fine: 0, terminated: 1, retry: 2, sessionConflict: 5, versionDeprecated: 7 } as const;
type Exit = (typeof EXIT)[keyof typeof EXIT];

export interface ListenOptions {
  /** The runner's folder. The configuration's files, the jobs' folder and the log stay there, as GitHub's runner leaves them. */
  root: string;
  version: string;
  jitConfig: string;
  env: NodeJS.ProcessEnv;
  /** Aborted to end the runner; a job in progress fails. */
  stop: AbortSignal;
  say: (line: string) => void;
}

export async function listen(options: ListenOptions): Promise<Exit> {
  const { root, version, jitConfig, stop, say } = options;
  try {
    const files = filesOf(jitConfig);
    for (const [name, content] of files) await writeFile(join(root, name), content, { mode: 0o600 });
    const registration = readRegistration(files);
    const token = await signIn(registration);
    if (token === null) {
      say('Failed to create a session. The runner registration has been deleted from the server.');
      return EXIT.terminated;
    }
    const server = new Server(registration.url, token);
    await server.start(version);
    say(`Connected to GitHub\nCurrent runner version: '${version}'\nListening for Jobs`);
    const order = await nextJob(server, stop);
    if (order) await execute(order, server, registration, options);
    else await server.stop();
    return EXIT.fine;
  } catch (error) {
    say(`An error occurred: ${error instanceof Error ? error.message : error}`);
    return exitOf(error);
  }
}

function exitOf(error: unknown): Exit {
  if (error instanceof ServerError)
    return error.status === 409
      ? EXIT.sessionConflict
      : error.status === 403
        ? EXIT.versionDeprecated
        : EXIT.terminated;
  return error instanceof TypeError ? EXIT.retry : EXIT.terminated; // `fetch failed` is a TypeError
}

/** The one job of this registration; null when the runner is told to end before. */
async function nextJob(server: Server, stop: AbortSignal): Promise<Order | null> {
  while (!stop.aborted) {
    const order = await server.acquire(stop);
    if (order) return order;
  }
  return null;
}

async function execute(order: Order, server: Server, registration: Registration, options: ListenOptions) {
  const { root, env, stop, say } = options;
  const { jobId, jobName } = order;
  say(`Running job: ${jobName}`);
  const { conclusion, log } = await untilCancelled(server, jobId, (cancel) =>
    runJob(order, {
      server,
      folder: join(root, registration.workFolder),
      machine: registration.name,
      env,
      cancel,
      shutdown: stop,
      hook: env.ACTIONS_RUNNER_HOOK_JOB_STARTED,
      keep: true,
      tell: () => {},
    }),
  );
  await mkdir(join(root, '_diag'), { recursive: true });
  await writeFile(join(root, '_diag', `Worker_${jobId}.log`), log);
  say(`Job ${jobName} completed with result: ${conclusion}`);
  try {
    await server.complete(jobId, conclusion, log);
  } catch (error) {
    if (!(error instanceof ServerError)) throw error;
    say(`The end of the job was refused: ${error.message}`); // it was ended from elsewhere meanwhile
  }
}
