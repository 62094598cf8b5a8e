import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';

/** The policy of every workflow of this repository: what a stranger could use is not there. */

interface Step {
  uses?: string;
  run?: string;
  with?: { [name: string]: unknown };
}
interface Job {
  'runs-on': string;
  'timeout-minutes'?: number;
  permissions?: unknown;
  steps: Step[];
}
interface Workflow {
  on: { [event: string]: unknown };
  permissions: unknown;
  jobs: { [name: string]: Job };
}

const folder = join(import.meta.dirname, '..', '.github', 'workflows');

const ALLOWED: {
  [file: string]: { events: string[]; permissions: object; jobs: { [job: string]: object } };
} = {
  'attest.yml': {
    events: ['schedule', 'workflow_dispatch'],
    permissions: {},
    jobs: { attest: { contents: 'read', 'id-token': 'write', attestations: 'write' } },
  },
  'ci.yml': { events: ['pull_request', 'push'], permissions: { contents: 'read' }, jobs: {} },
  'experiment.yml': {
    events: ['workflow_dispatch'],
    permissions: { contents: 'read', actions: 'read' },
    jobs: {},
  },
  'runner-pin.yml': {
    events: ['schedule', 'workflow_dispatch'],
    permissions: {},
    jobs: { pin: { contents: 'write', 'pull-requests': 'write' } },
  },
  'pages.yml': {
    events: ['schedule', 'workflow_dispatch'],
    permissions: {},
    jobs: {
      moved: { contents: 'read' },
      publish: {
        contents: 'read',
        'pull-requests': 'read',
        checks: 'read',
        pages: 'write',
        'id-token': 'write',
      },
    },
  },
  'sweep.yml': {
    events: ['schedule', 'workflow_dispatch', 'workflow_run'],
    permissions: {},
    jobs: {
      sweep: {
        actions: 'write',
        checks: 'write',
        contents: 'write',
        issues: 'write',
        'pull-requests': 'write',
      },
    },
  },
};

test('no workflow exists beside the ones whose rights are written down here', () => {
  expect(readdirSync(folder).sort()).toEqual(Object.keys(ALLOWED).sort());
});

describe.each(Object.entries(ALLOWED))('%s', (file, allowed) => {
  const text = readFileSync(join(folder, file), 'utf8');
  const workflow = parse(text) as Workflow;
  const jobs = Object.entries(workflow.jobs);
  const steps = jobs.flatMap(([, job]) => job.steps);

  test('is started by the expected events only', () => {
    expect(Object.keys(workflow.on).sort()).toEqual(allowed.events);
  });

  test('has the least permissions, written down', () => {
    expect(workflow.permissions).toEqual(allowed.permissions);
    for (const [name, job] of jobs) expect(job.permissions, name).toEqual(allowed.jobs[name]);
  });

  test('pins every action by a full commit and names its version', () => {
    for (const line of text.split('\n').filter((l) => /^\s*(- )?uses:/.test(l))) {
      expect(line).toMatch(/uses: (\.\/action( #|$)|[\w-]+\/[\w-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$)/);
    }
  });

  test('uses no cache, which one run could poison for another', () => {
    for (const step of steps) {
      expect(step.uses ?? '').not.toContain('cache');
      expect(step.with ?? {}).not.toHaveProperty('cache');
      if (step.uses?.startsWith('actions/setup-node@'))
        expect(step.with).toHaveProperty('package-manager-cache', false);
    }
  });

  test('never writes an expression into a script', () => {
    for (const step of steps) expect(step.run ?? '').not.toContain('${{');
  });

  test('leaves no credentials in the checkout', () => {
    for (const step of steps.filter((s) => s.uses?.startsWith('actions/checkout@')))
      expect(step.with).toHaveProperty('persist-credentials', false);
  });

  test('has a time limit', () => {
    for (const [name, job] of jobs) expect(job['timeout-minutes'], name).toBeGreaterThan(0);
  });

  test('touches an owner’s machine only to measure, and passes on no secret', () => {
    for (const [, job] of jobs) {
      if (file === 'experiment.yml') expect(job['runs-on']).toBe('$' + '{{ fromJSON(inputs.labels) }}');
      else expect(job['runs-on']).toMatch(/^ubuntu-\d/);
    }
    expect(text).not.toMatch(/secrets\.|toJSON\(|self-hosted/);
  });
});

test('an experiment checks out the default branch’s commit, never the pull request', () => {
  const { jobs } = parse(readFileSync(join(folder, 'experiment.yml'), 'utf8')) as Workflow;
  expect(Object.keys(jobs)).toEqual(['measure']);
  const checkout = jobs.measure!.steps.find((step) => step.uses?.startsWith('actions/checkout@'));
  expect(checkout?.with).toEqual({ ref: '$' + '{{ github.sha }}', 'persist-credentials': false });
});
