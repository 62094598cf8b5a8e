import type { Decision } from '../../app/decide/answer/decision.ts';
import type { Outcome } from '../../app/decide/results/outcome.ts';
import type { CheckWrite } from '../../app/model/effect.ts';
import type { Snapshot } from '../../app/model/snapshot.ts';
import { decodeOverall, type OverallKey } from '../../app/model/state.ts';
import { lookOf } from '../../app/say/decision.ts';
import { COMMENT_TAG } from '../../core/formats/comment-tag.ts';
import { parseReasons, type Reason } from '../../core/formats/reasons.ts';

/** What was decided, without a word of how it is said: for tests of decisions. `app/say/wording.md` has the words. */
export interface Codes {
  state: OverallKey['state'];
  track: string;
  /** Of the check run; null while it is not completed. */
  conclusion: string | null;
  /** What each rule said. Several answers of one rule are joined by commas. */
  rules: Partial<Record<Reason['rule'], string>>;
}

/** Of the check run `descent`, as it is written or as GitHub has it. */
export function codesOf({
  externalId,
  conclusion,
  text,
}: {
  externalId: string;
  conclusion: string | null;
  text: string;
}): Codes {
  const { state, track } = decodeOverall(externalId)!.key;
  return { state, track, conclusion, rules: rulesOf(parseReasons(text) ?? []) };
}

/** Of an answer that writes the check run `descent`. */
export function decided(answer: { checks: CheckWrite[] }): Codes {
  const overall = answer.checks.find((check) => decodeOverall(check.externalId) !== null);
  if (!overall) throw new Error('the answer does not write the check run `descent`');
  return codesOf(overall);
}

/** The comment that says this decision, and nothing else. */
export function commentOn(at: Snapshot, decision: Decision, track = 'cpu'): string {
  return `${COMMENT_TAG}\n${lookOf(at, decision, track).message.body}`;
}

/** The last decision about a pull request with these outcomes. */
export function verdictOf(
  outcomes: (Pick<Outcome, 'result' | 'consequence'> & Partial<Outcome>)[],
): Decision {
  const full = outcomes.map((one) => ({ stale: false, apart: false, earlier: [], ...one }));
  const tracks = { own: [], elsewhere: [], begun: null, ahead: [] };
  return { code: 'verdict', outcomes: full, tracks, close: false };
}

function rulesOf(reasons: Reason[]): Codes['rules'] {
  const all = (list: Reason[]): Reason[] => list.flatMap((one) => [...all(one.because), one]);
  const rules: Codes['rules'] = {};
  for (const { rule, code } of all(reasons)) rules[rule] = rules[rule] ? `${rules[rule]},${code}` : code;
  return rules;
}
