import { readFileSync } from 'node:fs';
import { findPackageJSON } from 'node:module';
import { dirname, join } from 'node:path';
import {
  buildSchema,
  type GraphQLField,
  type GraphQLInputType,
  type GraphQLObjectType,
  getNamedType,
  isEnumType,
  isInputObjectType,
  isListType,
  isNonNullType,
  isObjectType,
  isRequiredArgument,
  isRequiredInputField,
} from 'graphql';
import type { Ask } from './town.ts';

/**
 * Which fields of GitHub's GraphQL schema are played. Each field of every type that can be reached from the query is asked for
 * alone. A field that is not played answers NOT_PLAYED. Every other answer counts, refusals included.
 */

const SAMPLES: { [argument: string]: string } = {
  owner: '"swarm"',
  name: '"descent"',
  login: '"swarm"',
  number: '1',
  first: '5',
  last: '5',
  type: 'ISSUE',
  query: '"repo:swarm/descent"',
  expression: '"HEAD"',
  qualifiedName: '"refs/heads/main"',
  ids: '[]',
};
const BY_TYPE: { [type: string]: string } = {
  Int: '1',
  Float: '1',
  Boolean: 'true',
  GitObjectID: `"${'a'.repeat(40)}"`,
};

export interface Fields {
  /** Of each type that was reached. */
  types: { [type: string]: { described: number; played: string[] } };
  mutations: { described: number; played: string[] };
}

export async function askFields(ask: Ask, ids: { [field: string]: string }): Promise<Fields> {
  const folder = dirname(findPackageJSON('@octokit/graphql-schema', import.meta.url)!);
  const text = readFileSync(join(folder, 'schema.graphql'), 'utf8');
  const schema = buildSchema(text, { assumeValid: true, assumeValidSDL: true, noLocation: true });
  const query = async (asked: string) => {
    const answer = JSON.parse((await ask('POST', '/graphql', { query: asked })).text);
    if (!('data' in answer)) throw new Error(`GitHub would refuse ${asked}: ${JSON.stringify(answer)}`);
    return answer;
  };
  const types: Fields['types'] = {};
  const waiting: { name: string; around: (inside: string) => string }[] = [
    { name: 'Query', around: (inside) => `{ ${inside} }` },
    ...Object.values(ids).map((id) => ({
      name: '',
      around: (inside: string) => `{ node(id: "${id}") { ${inside} } }`,
    })),
  ];
  while (waiting.length > 0) {
    const { name, around } = waiting.shift()!;
    const reached = name || leaf((await query(around('__typename'))).data);
    const type = reached ? schema.getType(reached) : undefined;
    if (!isObjectType(type) || types[type.name]) continue;
    types[type.name] = { described: Object.keys(type.getFields()).length, played: [] };
    for (const field of Object.values(type.getFields())) {
      const inside = (below: string) => {
        const asked = `${call(field)} ${below && `{ ${below} }`}`;
        return around(name === 'Query' ? asked : `... on ${type.name} { ${asked} }`);
      };
      const composite = !('parseValue' in getNamedType(field.type));
      const answer = await query(inside(composite ? '__typename' : ''));
      if (notPlayed(answer)) continue;
      types[type.name]!.played.push(field.name);
      if (composite && leaf(answer.data)) waiting.push({ name: '', around: inside });
    }
  }
  return { types, mutations: await askMutations(schema.getMutationType()!, query) };
}

async function askMutations(type: GraphQLObjectType, query: (asked: string) => Promise<unknown>) {
  const fields = Object.values(type.getFields());
  const played: string[] = [];
  for (const field of fields)
    if (!notPlayed(await query(`mutation { ${call(field)} { __typename } }`))) played.push(field.name);
  return { described: fields.length, played };
}

const notPlayed = (answer: unknown) =>
  ((answer as { errors?: { type?: string; extensions?: unknown }[] }).errors ?? []).some(
    ({ type }) => type === 'NOT_PLAYED',
  );

/** The name of the innermost type that an answer reached. */
function leaf(data: unknown): string | undefined {
  if (data === null || typeof data !== 'object') return undefined;
  const values = Array.isArray(data) ? data : Object.entries(data).map(([, value]) => value);
  if ('__typename' in data) return String(data.__typename);
  return values.map(leaf).find(Boolean);
}

/** A field with the arguments it must have. */
function call(field: GraphQLField<unknown, unknown>): string {
  const needed = field.args.filter((one) => isRequiredArgument(one) || ['first'].includes(one.name));
  const args = needed.map((one) => `${one.name}: ${SAMPLES[one.name] ?? sample(one.type)}`);
  return args.length > 0 ? `${field.name}(${args.join(', ')})` : field.name;
}

function sample(type: GraphQLInputType): string {
  if (isNonNullType(type)) return sample(type.ofType);
  if (isListType(type)) return '[]';
  if (isEnumType(type)) return type.getValues()[0]!.name;
  if (!isInputObjectType(type)) return BY_TYPE[type.name] ?? '"x"';
  const needed = Object.values(type.getFields()).filter(isRequiredInputField);
  return `{ ${needed.map((one) => `${one.name}: ${sample(one.type)}`).join(', ')} }`;
}
