import { z } from 'zod';
import { fenceable, fenced, unfenced } from './fenced-json.ts';

/**
 * Why a pull request stands where it does: the rules that were asked, in order, what each saw and what it said. A rule that asks
 * others holds them under `because`.
 */

export const RULES = [
  'settings',
  'open',
  'measured-already',
  'eligibility',
  'base',
  'paths',
  'file',
  'description',
  'tracks',
  'best-is-back',
  'evidence',
  'duplicate',
  'newcomers',
  'first-incumbent',
  'similar',
  'swarm',
  'measure',
  'runs',
  'run',
  'acceptance',
  'repeated-reports',
  'incumbent-runs',
  'offsets',
  'gain',
  'frontier',
  'chain',
  'no-owner-alone',
  'guided',
  'certificate',
  'borrow',
  'turn',
  'bid',
  'placing',
  'verdict',
  'merge',
  'audits',
] as const;

/** `passed`: go on to the next rule; `waits`, `refused` and `decided` end the questions; `acts`: a machine is asked. */
export const SAID = ['passed', 'acts', 'waits', 'refused', 'decided'] as const;

export interface Reason {
  rule: (typeof RULES)[number];
  said: (typeof SAID)[number];
  /** What was said, for programs: `needs-work`, `explore`, `confirmed`. */
  code: string;
  /** What the rule saw, for people. It may quote an author, as code. */
  saw: string;
  /** What it depends on. */
  because: Reason[];
}

/** The answer of one rule. */
export function reason(
  rule: Reason['rule'],
  said: Reason['said'],
  code: string,
  saw: string,
  because: Reason[] = [],
): Reason {
  return { rule, said, code, saw, because };
}

const SAW = 2000;
/** Where that is too much altogether. */
const SAW_LITTLE = 200;

export const reasonSchema: z.ZodType<Reason> = z.strictObject({
  rule: z.enum(RULES),
  said: z.enum(SAID),
  code: z.string().regex(/^[a-z0-9-]{1,60}$/),
  saw: z.string().max(SAW),
  because: z.lazy(() => z.array(reasonSchema).max(100)),
});

const LIMIT = 60_000;

/** For the text of the check run `descent`: readable on GitHub's page, and parsed again by `parseReasons`. */
export function encodeReasons(reasons: Reason[]): string {
  if (reasons.length === 0) return '';
  const written = [SAW, SAW_LITTLE].map((most) => fenceable(reasons.map(cutTo(most))));
  const json = written.find((one) => one.length <= LIMIT);
  return json === undefined ? '' : fenced(json);
}

function cutTo(most: number): (reason: Reason) => Reason {
  return ({ saw, because, ...rest }) => ({
    ...rest,
    saw: saw.slice(0, most).toWellFormed(),
    because: because.map(cutTo(most)),
  });
}

/** Null where the text holds none, for instance because an older bot wrote it. */
export function parseReasons(text: string | null | undefined): Reason[] | null {
  return unfenced(text, z.array(reasonSchema));
}
