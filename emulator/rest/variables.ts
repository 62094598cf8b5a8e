import { z } from 'zod';
import {
  createVariable,
  deleteVariable,
  updateVariable,
  variableNamed,
  variablesOf,
} from '../world/actions/variables.ts';
import type { Variable } from '../world/model.ts';
import type { World } from '../world/world.ts';
import { type Api, bodyOf, paged, repositoryOf } from './kit.ts';

/** A repository's variables for workflows. */

const shape = ({ name, value, createdAt, updatedAt }: Variable) => ({
  name,
  value,
  created_at: createdAt,
  updated_at: updatedAt,
});

export function variableRoutes(api: Api, world: World): void {
  const at = '/repos/:owner/:repo/actions/variables';
  api.get(at, (c) => {
    const all = variablesOf(c.get('actor'), repositoryOf(c, world));
    return c.json({ total_count: all.length, variables: paged(c, all).map(shape) });
  });
  api.post(at, async (c) => {
    const { name, value } = await bodyOf(c, z.object({ name: z.string(), value: z.string() }));
    createVariable(world, c.get('actor'), repositoryOf(c, world), name, value);
    return c.json({}, 201);
  });
  api.get(`${at}/:name`, (c) =>
    c.json(shape(variableNamed(c.get('actor'), repositoryOf(c, world), c.req.param('name')))),
  );
  api.patch(`${at}/:name`, async (c) => {
    const { value } = await bodyOf(c, z.object({ value: z.string() }));
    updateVariable(world, c.get('actor'), repositoryOf(c, world), c.req.param('name'), value);
    return c.body(null, 204);
  });
  api.delete(`${at}/:name`, (c) => {
    deleteVariable(c.get('actor'), repositoryOf(c, world), c.req.param('name'));
    return c.body(null, 204);
  });
}
