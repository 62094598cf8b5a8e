import { type Reason, reason } from '../../../core/formats/reasons.ts';
import type { Checked } from '../../../core/rules/eligibility.ts';

/** Whether it may use a machine's time: what each rule saw and said. */
export function eligibilityAsked(checked: Checked[]): Reason {
  const because = checked.map(({ rule, saw, problems }) =>
    problems.length > 0
      ? reason(rule, 'refused', 'needs-work', problems.join('; '))
      : reason(rule, 'passed', 'fine', saw),
  );
  const refused = because.filter(({ said }) => said === 'refused').length;
  const saw = `${refused} of ${checked.length} rules refuse it`;
  return refused > 0
    ? reason('eligibility', 'refused', 'needs-work', saw, because)
    : reason('eligibility', 'passed', 'fine', saw, because);
}
