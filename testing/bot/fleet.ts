import type { Job } from '../../core/formats/job.ts';
import { MACHINE_REPOSITORY, type MachineFile } from '../../core/formats/lending/machine-file.ts';
import type { Report } from '../../core/formats/report.ts';
import { CONFIG, LENDING } from '../examples/config.ts';
import { LentOwner } from './lent-owner.ts';
import { Stage, type Taken } from './stage.ts';

/** A swarm whose machines are all lent, each from a repository of its owner: for stories of many. */
export class Fleet {
  readonly stage: Stage;
  /** In the order of their owners; an owner of several stands here once for each. */
  readonly machines: LentOwner[];

  private constructor(stage: Stage, machines: LentOwner[]) {
    this.stage = stage;
    this.machines = machines;
  }

  /**
   * Every owner has installed the App on the repositories of all their machines, and every machine is free.
   * @param config to which lending is added
   */
  static async open(
    owners: number,
    each = 1,
    config = CONFIG,
    accepts?: MachineFile['accepts'],
  ): Promise<Fleet> {
    const stage = await Stage.open({ '.github/descent.yml': config + LENDING });
    const machines: LentOwner[] = [];
    await stage.startBot();
    for (let i = 1; i <= owners; i++) {
      const login = `owner${i}`;
      const own: LentOwner[] = [];
      for (let j = 1; j <= each; j++) {
        const repository = j === 1 ? MACHINE_REPOSITORY : `${MACHINE_REPOSITORY}-${j}`;
        own.push(
          await LentOwner.make(stage, login, {
            ...{ machine: `desk${j}`, repository },
            ...(accepts && { accepts }),
          }),
        );
      }
      const names = own.map((one) => one.fullName);
      const { id } = await stage.control.install(stage.app.id, names);
      for (const one of own) one.installation = id;
      machines.push(...own);
    }
    await stage.settle();
    const fleet = new Fleet(stage, machines);
    await fleet.beFree();
    return fleet;
  }

  /** Every client says that its machine is free, and the bot has heard them all. */
  async beFree(): Promise<void> {
    for (const machine of this.machines) await machine.tell({ status: 'free' });
    await this.stage.settle();
  }

  /** Each machine takes the orders that wait for it, says so, and says nothing more. */
  async take(): Promise<{ machine: LentOwner; taken: Taken }[]> {
    const all: { machine: LentOwner; taken: Taken }[] = [];
    for (const machine of this.machines)
      for (const nonce of await machine.waiting()) {
        await machine.tell({ status: 'busy', nonce });
        all.push({ machine, taken: await machine.take(nonce) });
      }
    return all;
  }

  /** The machine hands in its report and is free again. */
  async finish({ machine, taken }: { machine: LentOwner; taken: Taken }, report: Partial<Report>) {
    await this.stage.handIn(taken, report);
    await this.stage.complete(taken);
    await machine.tell({ status: 'free' });
  }

  /** Until no order waits: what waits is taken and measured. @returns every job, in the order of its end */
  async work(report: (job: Job) => Partial<Report>): Promise<{ machine: string; job: Job }[]> {
    const done: { machine: string; job: Job }[] = [];
    for (;;) {
      const round = await this.take();
      if (round.length === 0) return done;
      for (const one of round) {
        await this.finish(one, report(one.taken.job));
        done.push({ machine: `${one.machine.login}.${one.machine.machine}`, job: one.taken.job });
      }
      await this.stage.settle();
    }
  }

  close(): Promise<void> {
    return this.stage.close();
  }
}
