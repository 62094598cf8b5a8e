import { parseDescription } from '../../core/formats/description.ts';

/** A description with a yaml block, as a person writes one. */
export const yaml = (block: string) => `Some words.\n\n\`\`\`yaml\n${block}\n\`\`\`\n`;

/** The problems of a description that must be refused. */
export function problems(body: string): string {
  const parsed = parseDescription(body);
  if (parsed.ok) throw new Error(`accepted: ${JSON.stringify(parsed.value)}`);
  return parsed.problems.join('\n');
}

/** What a description says that must be accepted. */
export function value(body: string) {
  const parsed = parseDescription(body);
  if (!parsed.ok) throw new Error(parsed.problems.join('\n'));
  return parsed.value;
}
