import { z } from 'zod';
import { isWords } from './untrusted.ts';

/** What a verb answers, as JSON Schema: the one description of `--json` and of the tool of the Model Context Protocol. */

interface Schema {
  type?: string | string[];
  const?: unknown;
  anyOf?: Schema[];
  properties?: Record<string, Schema>;
  required?: string[];
  definitions?: Record<string, Schema>;
  [key: string]: unknown;
}

/** What `--json` prints: strangers' words lie where `marked` puts them. */
export function outputSchema(output: z.ZodType): Schema {
  const { $schema: _, ...schema } = z.toJSONSchema(output, { target: 'draft-7', io: 'output' });
  return markedSchema(schema as Schema);
}

function markedSchema(schema: Schema): Schema {
  if (Array.isArray(schema)) return schema.map(markedSchema) as unknown as Schema;
  if (typeof schema !== 'object' || schema === null) return schema;
  const { properties, ...rest } = schema;
  const walked = Object.fromEntries(
    Object.entries(rest).map(([key, one]) => [key, key === 'enum' ? one : markedSchema(one as Schema)]),
  );
  if (properties === undefined) return walked;
  return properties.untrusted?.const === true ? schema : moved(walked, properties);
}

/** What a value may be, one by one. */
function kindsOf({ type, anyOf, ...rest }: Schema): Schema[] {
  if (anyOf) return anyOf;
  return [type ?? []].flat().map((one) => (one === 'null' ? { type: one } : { ...rest, type: one }));
}

/** An object's words go to `authorText`; of one that may be null, the null stays where it was. */
function moved(rest: Schema, properties: Record<string, Schema>): Schema {
  const required = new Set(rest.required);
  const kept: Record<string, Schema> = {};
  const words: Record<string, Schema> = {};
  const always: string[] = [];
  for (const [key, schema] of Object.entries(properties)) {
    const kinds = kindsOf(schema);
    const text = isWords(key) && kinds.find(({ type }) => type === 'string');
    if (!text) {
      kept[key] = markedSchema(schema);
      continue;
    }
    words[key] = text;
    const other = kinds.find((kind) => kind !== text);
    if (other) kept[key] = other;
    else if (required.has(key)) always.push(key);
    required.delete(key);
  }
  if (Object.keys(words).length > 0) {
    const { authorText } = kept;
    kept.authorText = {
      type: 'object',
      properties: { untrusted: { const: true }, ...authorText?.properties, ...words },
      required: [...new Set(['untrusted', ...(authorText?.required ?? []), ...always])],
      additionalProperties: false,
    };
    if (authorText || always.length > 0) required.add('authorText');
  }
  return { ...rest, properties: kept, required: [...required] };
}
