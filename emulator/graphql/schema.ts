import { readFileSync } from 'node:fs';
import { findPackageJSON } from 'node:module';
import { dirname, join } from 'node:path';
import {
  buildSchema,
  type DocumentNode,
  execute,
  type GraphQLError,
  type GraphQLFieldResolver,
  GraphQLScalarType,
  type GraphQLSchema,
  OverlappingFieldsCanBeMergedRule,
  parse,
  specifiedRules,
  validate,
} from 'graphql';
import type { Source } from './view.ts';

/** GitHub's own schema (`@octokit/graphql-schema`), so that a query GitHub would refuse is refused here, before anything runs. */

/** The query is good GraphQL for GitHub, but this emulator does not play the field it asks for. */
export class NotPlayedError extends Error {
  override name = 'NotPlayedError';
}

let schema: GraphQLSchema | undefined;
const documents = new Map<string, DocumentNode>();
const KEPT = 200;
/** GitHub answers `... on Issue { state } ... on PullRequest { state }`, which every `gh issue view` asks. */
const RULES = specifiedRules.filter((rule) => rule !== OverlappingFieldsCanBeMergedRule);

function githubSchema(): GraphQLSchema {
  if (schema) return schema;
  const folder = dirname(findPackageJSON('@octokit/graphql-schema', import.meta.url)!);
  const file = join(folder, 'schema.graphql');
  schema = buildSchema(readFileSync(file, 'utf8'), {
    assumeValid: true,
    assumeValidSDL: true,
    noLocation: true,
  });
  const oid = schema.getType('GitObjectID');
  if (oid instanceof GraphQLScalarType)
    oid.parseValue = (value) => {
      if (typeof value === 'string' && /^[0-9a-f]{40}$/.test(value)) return value;
      throw new TypeError(`${JSON.stringify(value)} is not a full git object id`);
    };
  return schema;
}

/** A field the source does not have is an error that names it, never null. */
const loud: GraphQLFieldResolver<Source, unknown> = (source, args, context, info) => {
  const value = source[info.fieldName];
  if (value === undefined) {
    const where = `${info.parentType.name}.${info.fieldName}`;
    throw new NotPlayedError(`The emulator does not play ${where} in GraphQL; add it in emulator/graphql/.`);
  }
  return typeof value === 'function' ? value.call(source, args, context, info) : value;
};

export interface GraphqlRequest {
  query: string;
  variables: { [name: string]: unknown };
  operationName: string | null;
}

export interface GraphqlAnswer {
  data?: unknown;
  errors?: readonly GraphQLError[];
}

export async function answer(request: GraphqlRequest, root: Source): Promise<GraphqlAnswer> {
  let document = documents.get(request.query);
  if (!document) {
    try {
      document = parse(request.query, { noLocation: false, maxTokens: 20_000 });
    } catch (error) {
      return { errors: [error as GraphQLError] };
    }
    const errors = validate(githubSchema(), document, RULES);
    if (errors.length > 0) return { errors };
    if (documents.size >= KEPT) documents.delete(documents.keys().next().value!);
    documents.set(request.query, document);
  }
  return execute({
    schema: githubSchema(),
    document,
    rootValue: root,
    variableValues: request.variables,
    operationName: request.operationName,
    fieldResolver: loud,
  });
}
