import { z } from 'zod';

// system-calls.json as a container engine takes it (`--security-opt seccomp=FILE`): the same rules that seccomp.py gives bubblewrap.
// The file takes the place of the engine's own profile, so what that one refuses beside ours is in `containers`.

const condition = z.strictObject({
  argument: z.int().min(0).max(5),
  is: z.enum(['equal', 'at least', 'masked']),
  value: z.int().min(0),
  mask: z.int().min(0).optional(),
});
const rule = z.strictObject({
  why: z.string(),
  calls: z.array(z.string()),
  error: z.int().min(0),
  when: z.array(condition).optional(),
});
const listed = z.strictObject({
  socketFamilies: z.array(z.int()),
  rules: z.array(rule),
  containers: z.array(rule),
});

const EAFNOSUPPORT = 97;
/** Linux has fewer. */
const FAMILIES = 64;
const OPERATORS = { equal: 'SCMP_CMP_EQ', 'at least': 'SCMP_CMP_GE', masked: 'SCMP_CMP_MASKED_EQ' } as const;

/**
 * @param text of system-calls.json
 * @returns the profile as JSON, of the form that Docker and the OCI share
 */
export function seccompProfile(text: string): string {
  const { socketFamilies, rules, containers } = listed.parse(JSON.parse(text));
  const family = (is: 'equal' | 'at least', value: number): z.infer<typeof rule> => ({
    why: 'Sockets of other families are not all cut off by a network namespace.',
    calls: ['socket'],
    error: EAFNOSUPPORT,
    when: [{ argument: 0, is, value }],
  });
  const others = Array.from({ length: FAMILIES }, (_, n) => n).filter((n) => !socketFamilies.includes(n));
  const all = [
    ...rules,
    ...containers,
    ...others.map((n) => family('equal', n)),
    family('at least', FAMILIES),
  ];
  const syscalls = all.map(({ calls, error, when = [] }) => ({
    names: calls,
    action: 'SCMP_ACT_ERRNO',
    errnoRet: error,
    args: when.map(({ argument, is, value, mask }) => ({
      index: argument,
      // Masked: the mask first, then what must be left under it.
      ...(is === 'masked' ? { value: mask, valueTwo: value } : { value }),
      op: OPERATORS[is],
    })),
  }));
  return JSON.stringify({ defaultAction: 'SCMP_ACT_ALLOW', syscalls });
}
