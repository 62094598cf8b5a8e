import { type ExperimentRecord, recordSchema } from './result.ts';

const RECORD_VERSION = 1;
const LIMIT_BYTES = 1024 * 1024;

export type Parsed =
  | { kind: 'record'; record: ExperimentRecord }
  | { kind: 'newer'; problem: string }
  | { kind: 'unreadable'; problem: string };

/** The bytes of a record file, as git gave them, to a record or to why they are none. Never throws. */
export function parseRecord(bytes: Buffer | null): Parsed {
  if (bytes === null) return unreadable('the clone does not hold its content');
  if (bytes.length > LIMIT_BYTES)
    return unreadable(`${bytes.length} bytes, over the limit of ${LIMIT_BYTES}`);
  let value: unknown;
  try {
    value = JSON.parse(bytes.toString('utf8'));
  } catch (error) {
    return unreadable(`not JSON: ${error instanceof Error ? error.message : error}`);
  }
  const version = versionOf(value);
  if (version !== null && version > RECORD_VERSION) {
    return { kind: 'newer', problem: `schema ${version}; this clone reads up to ${RECORD_VERSION}` };
  }
  const result = recordSchema.safeParse(value);
  if (result.success) return { kind: 'record', record: result.data };
  const issue = result.error.issues[0];
  return unreadable(`${issue?.path.join('.') || 'the file'}: ${issue?.message}`);
}

function versionOf(value: unknown): number | null {
  if (typeof value !== 'object' || value === null || !('schema' in value)) return null;
  return typeof value.schema === 'number' ? value.schema : null;
}

function unreadable(problem: string): Parsed {
  return { kind: 'unreadable', problem };
}
