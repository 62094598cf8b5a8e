import { parseArgs } from 'node:util';
import { askFields } from './graphql.ts';
import { askOperations } from './rest.ts';
import { openTown } from './town.ts';

const HELP = `Usage: npm run coverage:emulator [-- --json]

Asks the emulator every operation of GitHub's OpenAPI description and every field of the GraphQL types it reaches, and says which
it plays.`;

const { values } = parseArgs({
  options: { json: { type: 'boolean' }, help: { type: 'boolean', short: 'h' } },
});
if (values.help) console.log(HELP);
else {
  const town = await openTown();
  const rest = await askOperations(town.ask);
  const graphql = await askFields(town.ask, town.ids);
  await town.close();
  if (values.json) console.log(JSON.stringify({ rest, graphql }, null, 2));
  else {
    const types = Object.entries(graphql.types);
    const fields = types.reduce((sum, [, { played }]) => sum + played.length, 0);
    const described = types.reduce((sum, [, one]) => sum + one.described, 0);
    console.log(`REST: ${rest.answered.length} of ${rest.described} operations`);
    for (const [group, { described: all, answered }] of Object.entries(rest.groups))
      if (answered > 0) console.log(`  ${group}: ${answered} of ${all}`);
    console.log(`GraphQL: ${fields} of ${described} fields of the ${types.length} types that can be reached`);
    for (const [type, { described: all, played }] of types)
      console.log(`  ${type}: ${played.length} of ${all}`);
    console.log(`  mutations: ${graphql.mutations.played.length} of ${graphql.mutations.described}`);
  }
}
