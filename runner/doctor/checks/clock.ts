import { type Check, fail, ok, warn } from '../finding.ts';

const SAMPLE_MS = 200;
/** A larger drift between wall and monotonic clock in one sample means that the clock was set, or the machine slept. */
const DRIFT_MS = 50;
/** GitHub refuses an App's token whose time of issue lies in its future. */
const WRONG_SECONDS = 60;
const ODD_SECONDS = 5;

const REMEDY = 'Let the machine keep time: sudo timedatectl set-ntp true';

/** Budgets use the monotonic clock; results and tokens use the wall clock. */
export const clock: Check = {
  name: 'clock',
  safety: false,
  async look(host, { api }) {
    const [wall, steady] = [host.now(), host.monotonic()];
    await host.wait(SAMPLE_MS);
    const passed = host.monotonic() - steady;
    const drift = Math.abs(host.now() - wall - passed);
    if (passed <= 0)
      return fail(
        'the monotonic clock does not advance',
        'Do not measure on this machine: it cannot keep a budget.',
      );
    if (drift > DRIFT_MS) {
      return warn(
        `wall and monotonic clock drifted ${Math.round(drift)} ms apart in ${Math.round(passed)} ms`,
        REMEDY,
      );
    }
    if (api === null) return ok('runs steadily; compared with no server');
    const asked = host.now();
    const date = Date.parse((await host.dateOf(api)) ?? '');
    if (Number.isNaN(date))
      return warn(`${api} sends no date`, `Check that it can be reached: curl -sI ${api}`);
    // A Date header names the whole second. The server wrote it at some time between request and answer.
    const skew = Math.round(Math.abs((asked + host.now()) / 2 - (date + 500)) / 1000);
    const found = `runs steadily, ${skew} s from ${api}`;
    if (skew > WRONG_SECONDS) return fail(found, REMEDY);
    return skew > ODD_SECONDS ? warn(found, REMEDY) : ok(found);
  },
};
