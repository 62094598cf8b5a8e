import { z } from 'zod';
import type { Countdown } from '../faults.ts';
import { machineShape } from '../shapes/run.ts';
import { mint } from '../world/actions/just-in-time.ts';
import { machinesOf, removeMachine, taken } from '../world/actions/machines.ts';
import { forgetMachine } from '../world/actions/runs.ts';
import type { Level, Machine, Repository } from '../world/model.ts';
import { may, need, signedIn } from '../world/permissions.ts';
import { invalid, notFound } from '../world/refused.ts';
import type { World } from '../world/world.ts';
import { type Api, type Ask, bodyOf, idOf, paged, repositoryOf } from './kit.ts';

/** Self-hosted runners of a repository. */

const jitConfig = z.object({
  name: z.string().min(1),
  runner_group_id: z.int(),
  labels: z.array(z.string().min(1)).min(1).max(100),
  work_folder: z.string().min(1).default('_work'),
});
/** The only group that a repository of a user has. */
const DEFAULT_GROUP = 1;

/** @param strikesNow whether a fault strikes this minting */
export function runnerRoutes(api: Api, world: World, strikesNow: (fault: Countdown) => boolean): void {
  const at = '/repos/:owner/:repo/actions/runners';

  api.get(at, (c) => {
    const repository = administered(c, 'read');
    const name = c.req.query('name');
    const all = machinesOf(world, repository).filter((one) => !name || one.name === name);
    return c.json({ total_count: all.length, runners: paged(c, all).map((one) => machineShape(world, one)) });
  });
  api.post(`${at}/generate-jitconfig`, async (c) => {
    const repository = administered(c, 'write');
    const { name, labels, runner_group_id: group, work_folder: workFolder } = await bodyOf(c, jitConfig);
    if (group !== DEFAULT_GROUP) throw invalid(`The runner group ${group} does not exist.`);
    if (strikesNow('takenNames')) throw taken(name);
    const { machine, encoded } = await mint(world, repository, { name, labels, workFolder });
    if (strikesNow('lostMints')) return c.json({ message: 'Server Error' }, 502);
    if (strikesNow('goneRegistrations')) forgetMachine(world, machine);
    return c.json({ runner: machineShape(world, machine), encoded_jit_config: encoded }, 201);
  });
  api.get(`${at}/:id`, (c) => {
    const found = machine(c, administered(c, 'read'));
    if (!found) throw notFound();
    return c.json(machineShape(world, found));
  });
  api.delete(`${at}/:id`, (c) => {
    removeMachine(world, machine(c, administered(c, 'write')));
    return c.body(null, 204);
  });

  /** A user who does not administer the repository may not read; and what he would change is not there. */
  function administered(c: Ask, level: Level): Repository {
    const repository = repositoryOf(c, world);
    const actor = signedIn(c.get('actor'));
    const blind = actor.kind === 'user' && level === 'write';
    if (blind && !may(actor, repository, 'administration', level)) throw notFound();
    need(actor, repository, 'administration', level);
    return repository;
  }
  function machine(c: Ask, repository: Repository): Machine | undefined {
    return machinesOf(world, repository).find((one) => one.id === idOf(c, 'id'));
  }
}
