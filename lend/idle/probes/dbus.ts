import { z } from 'zod';
import { type Ask, firstLine } from './ask.ts';
import { absent, type Reading, unknown } from './probe.ts';

/** One call over D-Bus by `busctl --json`. */
export interface Call {
  bus: 'system' | 'user';
  service: string;
  path: string;
  interface: string;
  method: string;
  /** Of busctl: the arguments' types, then the arguments. */
  args?: string[];
}

/** How busctl says that there is no bus, no such service, or no such object. */
const NOT_THERE =
  /failed to connect to bus|failed to set bus address|not provided by any|was not provided|unknown object|no such (object|interface|device)|could not activate remote peer|does not exist|does not have an owner/i;

/** What was called for, or a reading that says why there is none. */
export async function call<T>(
  ask: Ask,
  { bus, service, path, interface: face, method, args = [] }: Call,
  data: z.ZodType<T>,
  signal: AbortSignal,
): Promise<{ data: T } | { reading: Reading }> {
  // busctl asks a person for a password where it may, and starts services: neither is wanted here.
  const how = [
    `--${bus}`,
    '--json=short',
    '--timeout=5',
    '--allow-interactive-authorization=no',
    '--auto-start=no',
  ];
  const answer = await ask('busctl', [...how, 'call', service, path, face, method, ...args], signal);
  if (answer.kind === 'absent') return { reading: absent('busctl is not installed') };
  if (answer.kind === 'silent') return { reading: unknown(`${service} does not answer`) };
  const said = firstLine(answer.stderr, answer.stdout);
  if (answer.status !== 0)
    return {
      reading: NOT_THERE.test(said) ? absent(`no ${service}: ${said}`) : unknown(`${service}: ${said}`),
    };
  try {
    return { data: z.object({ data: z.tuple([data]) }).parse(JSON.parse(answer.stdout)).data[0] };
  } catch {
    return { reading: unknown(`${service} answers what nobody can read: ${said}`) };
  }
}
