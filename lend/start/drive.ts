import type { Report } from '../../core/formats/report.ts';
import type { Host } from '../../runner/doctor/host.ts';
import type { Plan } from '../../runner/doctor/plan.ts';
import type { Around } from '../around.ts';
import { realClock } from '../clock.ts';
import { gateFor } from '../gate/gate.ts';
import { startedBy } from '../idle/started-by.ts';
import { watchIdle } from '../idle/watch.ts';
import { probesFor } from '../idle/which.ts';
import type { Page } from '../page/page.ts';
import type { JobProcesses } from '../runner/processes/job-processes.ts';
import { keepLending } from '../session/loop.ts';
import { WORKFLOW_PATH } from '../template/files.ts';
import { Acceptance } from './acceptance.ts';
import { readyFor } from './doctor.ts';
import type { Start } from './given.ts';
import type { rulesFor } from './rules.ts';
import { stillThere } from './still-there.ts';
import { work } from './work.ts';

interface Here {
  page: Page;
  host: Host;
  plans: Plan[];
  rules: ReturnType<typeof rulesFor>;
  /** Programs during which the owner uses the machine. */
  programs: string[];
  hardware: Report['hardware'];
}

/** The client's loop with everything that it drives. @returns the exit status */
export async function drive(start: Start, around: Around, here: Here): Promise<number> {
  const { lent, place, harness, options } = start;
  const { page, host, plans, rules, hardware } = here;
  const { env } = around.context;
  const note = (text: string) => page.tell({ at: new Date().toISOString(), event: 'note', text });
  const github = start.github((run, why) =>
    note(`Run ${run} waits in ${lent.repository} and is not taken: ${why}.`),
  );
  let processes: JobProcesses | null = null;
  const ours = async (pid: number) => startedBy(process.pid, pid) || (processes?.isOurs(pid) ?? false);
  const computer = { platform: process.platform, env, uid: process.getuid?.() ?? -1, now: Date.now, ours };
  const { ask } = around;
  const askBelow = (text: string, question: string) =>
    page.during(async () => {
      around.context.err(text);
      return (await ask?.(question)) ?? false;
    });
  const acceptance = new Acceptance(
    start.trust,
    harness,
    {
      ask: ask && !options.json ? askBelow : null,
      tell: note,
      accepted: start.settings.accepted,
      remember: start.settings.accept,
    },
    realClock,
  );
  const expected = {
    repository: `${place.owner}/${place.name}`,
    branch: place.branch,
    workflow: WORKFLOW_PATH,
    actor: `${lent.app}[bot]`,
    swarm: lent.swarm,
    tracks: lent.tracks,
    accepts: lent.accepts,
  };
  return await keepLending({
    clock: realClock,
    watch: watchIdle(
      probesFor(computer, {
        hours: rules.hours,
        when: options.when,
        programs: here.programs,
        hottest: options.hottest,
      }),
      realClock,
      options.freeFor ?? undefined,
    ),
    github: stillThere(github, start.look),
    rules: rules.session,
    machine: {
      machine: lent.machine,
      tracks: lent.tracks,
      device: hardware.device.slice(0, 200),
      driver: hardware.driver,
      powerWatts: hardware.powerWatts ?? null,
    },
    ready: () => readyFor(host, plans),
    work: (run, job) =>
      work(run, job, {
        ...{ api: around.api, env, github },
        gate: (run, asked) =>
          gateFor(
            { ...expected, commit: run.commit, run: run.id, nonce: run.nonce },
            harness,
            acceptance.trust,
          )(asked),
        processes: (now) => {
          processes = now;
        },
      }),
    accepts: (asked, signal) => acceptance.accepts(asked, signal),
    listen: around.listen,
    tell: page.tell,
    show: (session) => page.show(session, realClock.now()),
  });
}
