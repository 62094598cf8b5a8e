import * as core from '@actions/core';
import { inertLine } from '../core/text/harmless/log.ts';
import { measureJob } from './measure-job.ts';

/** Entry of the action. A run that crashed or timed out is still a good job, since the report says so. Only a missing report fails. */

const stop = new AbortController();
for (const name of ['SIGINT', 'SIGTERM'] as const) {
  process.on(name, () => stop.abort(new Error(`The job was cancelled (${name}).`)));
}

try {
  await measureJob({
    core,
    env: process.env,
    signal: stop.signal,
    write: (text) => process.stdout.write(text),
  });
} catch (error) {
  core.setFailed(inertLine(error instanceof Error ? error.message : String(error), 2000));
}
