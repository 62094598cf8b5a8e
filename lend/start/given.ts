import type { Config } from '../../core/formats/config.ts';
import type { Owner } from '../github/owner.ts';
import type { Place } from '../github/place.ts';
import type { Harness, Trust } from '../harness/harness.ts';
import type { LendOptions } from '../options.ts';
import type { LentHere, Settings } from '../settings.ts';

/** What is known once GitHub was asked. */
export interface Start {
  options: LendOptions;
  lent: LentHere;
  place: Place;
  config: Config;
  harness: Harness;
  trust: Trust;
  /** The owner's side of GitHub. It tells of runs that are not taken. */
  github(foreign: (run: number, why: string) => void): Owner;
  /** Looks whether jobs can still come. @throws CommandError with what is wrong and what to do */
  look(): Promise<void>;
  settings: {
    read(): Promise<Settings>;
    write(settings: Settings): Promise<void>;
    /** The commit whose code may run. */
    accepted(): Promise<string>;
    accept(commit: string): Promise<void>;
  };
}
