import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { Ajv, type ValidateFunction } from 'ajv';
import addFormats from 'ajv-formats';
import type { Exchange } from '../stage.ts';

/**
 * Compares exchanges with the REST API with GitHub's own OpenAPI description (`@octokit/openapi`). For tests: give `observe` to
 * `startEmulator` and expect `violations` to be empty.
 */
export interface Honesty {
  observe(exchange: Exchange): void;
  /** Compares the payload of a webhook that arrived with its description. */
  delivered(event: string, payload: object): void;
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

type Webhook = { post: { requestBody: { content: Content } } };
interface Description {
  routes: { pattern: RegExp; path: string; operations: Paths[string] }[];
  webhooks: { [name: string]: Webhook };
}
let description: Description | undefined;

/** Where the description is known to be stricter than github.com: a label without a description, a found issue without a body, a deleted fork. */
const KNOWN = [
  /\/labels\/\d+\/description must be string/,
  /^\/items\/\d+\/body must be string/,
  /^\/\d+\/head\/repo must be object/,
];

/** The description is 70 MB: read once, when first needed. */
function described(): Description {
  if (description) return description;
  const file = createRequire(import.meta.url).resolve('@octokit/openapi/generated/api.github.com.deref.json');
  const { paths, 'x-webhooks': webhooks } = JSON.parse(readFileSync(file, 'utf8')) as {
    paths: Paths;
    'x-webhooks': Description['webhooks'];
  };
  const all = Object.entries(paths).map(([path, operations]) => ({
    pattern: pattern(path),
    path,
    operations,
  }));
  // A fixed path before one with parameters, as GitHub routes them.
  const parameters = (path: string) => path.split('{').length;
  all.sort((a, b) => parameters(a.path) - parameters(b.path) || b.path.length - a.path.length);
  description = { routes: all, webhooks };
  return description;
}

/** `{ref}`, `{path}` and `{basehead}` reach over slashes. */
function pattern(path: string): RegExp {
  const parts = path.split(/(\{[^}]+\})/).map((part) => {
    if (!part.startsWith('{')) return part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
    return ['{ref}', '{path}', '{basehead}'].includes(part) ? '.+' : '[^/]+';
  });
  return new RegExp(`^${parts.join('')}$`);
}

const ajv = new Ajv({ strict: false, allErrors: true, validateFormats: true, logger: false });
addFormats.default(ajv);
ajv.addFormat('email', true); // GitHub's own bots have addresses with brackets
const compiled = new Map<Schema, ValidateFunction>();

/** Compiling one takes longer than a story's requests: once for all stages of a process. */
function validator(schema: Schema): ValidateFunction {
  const known = compiled.get(schema) ?? ajv.compile(plain(schema));
  compiled.set(schema, known);
  return known;
}

export function createHonesty(): Honesty {
  const violations: string[] = [];
  let count = 0;

  function check(where: string, schema: Schema | undefined, text: string): void {
    if (!schema) return;
    const validate = validator(schema);
    if (validate(JSON.parse(text))) return;
    // The innermost error says most: a wrong branch of `anyOf` only complains about its outside.
    const errors = (validate.errors ?? []).toSorted((a, b) => b.instancePath.length - a.instancePath.length);
    const error = errors[0];
    const what = `${error?.instancePath || '/'} ${error?.message} ${JSON.stringify(error?.params)}`;
    if (!KNOWN.some((known) => known.test(what))) violations.push(`${where}: ${what}`);
  }

  function observe(exchange: Exchange): void {
    const { method, status, requestBody, responseBody, responseType } = exchange;
    const path = exchange.path.replace(/^\/repositories\/\d+/, '/repos/by/number'); // the same operations, undocumented
    // Conditional requests and redirects are documented once for all.
    if (path === '/graphql' || [301, 304, 307].includes(status)) return;
    count++;
    const where = `${method} ${path}`;
    const found = described().routes.filter((r) => r.pattern.test(path));
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
  function delivered(event: string, payload: object): void {
    const action = 'action' in payload ? `-${payload.action}` : '';
    const name = (event + action).replaceAll('_', '-');
    const schema = described().webhooks[name]?.post.requestBody.content['application/json']?.schema;
    if (!schema) violations.push(`webhook ${name}: GitHub has no such webhook`);
    check(`webhook ${name}`, schema, JSON.stringify(payload));
  }
  return { observe, delivered, violations, checked: () => count };
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
  for (const [key, item] of Object.entries(rest)) {
    // An account is described as a user and an enterprise at once; one of the two is meant.
    // The payload of an event is meant as one of its kinds, yet `action` alone already fits one of them.
    const choice =
      (key === 'allOf' && (item as Schema[]).some((one) => one.title === 'Enterprise')) ||
      (key === 'oneOf' && (item as Schema[]).some((one) => one.title === 'WatchEvent'));
    schema[choice ? 'anyOf' : key] = key === 'enum' ? item : convert(item, seen);
  }
  if (nullable !== true) return schema;
  const either = { anyOf: [{ type: 'null' }, schema] };
  seen.set(value, either);
  return either;
}
