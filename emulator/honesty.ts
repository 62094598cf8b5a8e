import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { Ajv, type ValidateFunction } from 'ajv';
import addFormats from 'ajv-formats';
import type { Exchange } from './stage.ts';

/**
 * Holds exchanges with the REST API to GitHub's own OpenAPI description (`@octokit/openapi`). For tests: give `observe` to
 * `startEmulator` and expect `violations` to be empty.
 */
export interface Honesty {
  observe(exchange: Exchange): void;
  violations: string[];
  checked(): number;
}

interface Operation {
  requestBody?: { required?: boolean; content?: Content };
  responses: { [status: string]: { content?: Content } };
}
type Content = { [type: string]: { schema?: Schema } };
type Schema = { [key: string]: unknown };
type Paths = { [path: string]: { [method: string]: Operation } };

let description: { routes: { pattern: RegExp; path: string; operations: Paths[string] }[] } | undefined;

/** The description is 70 MB: read once, when first needed. */
function routes() {
  if (description) return description.routes;
  const file = createRequire(import.meta.url).resolve('@octokit/openapi/generated/api.github.com.deref.json');
  const { paths } = JSON.parse(readFileSync(file, 'utf8')) as { paths: Paths };
  const all = Object.entries(paths).map(([path, operations]) => ({
    pattern: pattern(path),
    path,
    operations,
  }));
  // A fixed path before one with parameters, as GitHub routes them.
  all.sort((a, b) => (a.path.match(/\{/g)?.length ?? 0) - (b.path.match(/\{/g)?.length ?? 0));
  description = { routes: all };
  return all;
}

/** `{ref}`, `{path}` and `{basehead}` reach over slashes. */
function pattern(path: string): RegExp {
  const parts = path.split(/(\{[^}]+\})/).map((part) => {
    if (!part.startsWith('{')) return part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
    return ['{ref}', '{path}', '{basehead}'].includes(part) ? '.+' : '[^/]+';
  });
  return new RegExp(`^${parts.join('')}$`);
}

export function createHonesty(): Honesty {
  const violations: string[] = [];
  const ajv = new Ajv({ strict: false, allErrors: false, validateFormats: true, logger: false });
  addFormats.default(ajv);
  const compiled = new Map<Schema, ValidateFunction>();
  let count = 0;

  function check(where: string, schema: Schema | undefined, text: string): void {
    if (!schema) return;
    const validate = compiled.get(schema) ?? ajv.compile(plain(schema));
    compiled.set(schema, validate);
    if (validate(JSON.parse(text))) return;
    const error = validate.errors?.[0];
    violations.push(
      `${where}: ${error?.instancePath || '/'} ${error?.message} ${JSON.stringify(error?.params)}`,
    );
  }

  function observe(exchange: Exchange): void {
    const { method, path, status, requestBody, responseBody, responseType } = exchange;
    // Conditional requests are documented once for all: 304 is always allowed.
    if (path === '/graphql' || status === 304) return;
    count++;
    const where = `${method} ${path}`;
    const found = routes().filter((r) => r.pattern.test(path));
    const operation = found.map((r) => r.operations[method.toLowerCase()]).find(Boolean);
    if (!operation) {
      if (status < 400)
        violations.push(`${where}: GitHub has no such operation, and the emulator answered ${status}`);
      return;
    }
    const body = operation.requestBody?.content?.['application/json']?.schema;
    if (status < 400 && requestBody !== '') check(`${where} request`, body, requestBody);
    const response = operation.responses[String(status)];
    if (!response) {
      if (status < 400) violations.push(`${where}: GitHub never answers ${status}`);
      else if (!('message' in JSON.parse(responseBody)))
        violations.push(`${where}: an error without a message`);
      return;
    }
    if (!/json/.test(responseType) || responseBody === '') return;
    check(`${where} ${status}`, response.content?.['application/json']?.schema, responseBody);
  }
  return { observe, violations, checked: () => count };
}

/** OpenAPI 3.0 to JSON Schema: `nullable` becomes a choice, examples go. */
function plain(value: unknown): never {
  return convert(value, new Map()) as never;
}

function convert(value: unknown, seen: Map<object, unknown>): unknown {
  if (value === null || typeof value !== 'object') return value;
  if (Array.isArray(value)) return value.map((item) => convert(item, seen));
  const known = seen.get(value);
  if (known) return known;
  const { nullable, example: _, examples: __, discriminator: ___, ...rest } = value as Schema;
  const schema: Schema = {};
  seen.set(value, schema);
  for (const [key, item] of Object.entries(rest)) schema[key] = key === 'enum' ? item : convert(item, seen);
  if (nullable !== true) return schema;
  const either = { anyOf: [{ type: 'null' }, schema] };
  seen.set(value, either);
  return either;
}
