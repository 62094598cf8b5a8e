import { DESCENT } from '../../core/command-name.ts';
import { inline } from '../../core/text/harmless/github.ts';
import { paragraphs } from './before-verdict.ts';

/** The check run that answers a machine's repository. */
export interface MachineSaid {
  conclusion: 'success' | 'failure';
  title: string;
  summary: string;
}

/** The machine may get jobs. @param unknown tracks of machine.yml that the swarm does not have */
export function lendsTo(machine: string, swarm: string, tracks: string[], unknown: string[]): MachineSaid {
  const without = unknown.map((track) => inline(track, 40)).join(', ');
  return {
    conclusion: 'success',
    title: `lends to ${tracks.join(', ')}`,
    summary: paragraphs(
      `${swarm} knows this machine as \`${machine}\`. It gets jobs of ${tracks.map((track) => `\`${track}\``).join(', ')} while its client says that it is free.`,
      unknown.length > 0
        ? `${swarm} has no track ${without}: take it out of machine.yml, or ask there.`
        : null,
    ),
  };
}

/** The machine gets no jobs, and what its owner can do about it. */
export function doesNotLend(problems: string[]): MachineSaid {
  const one = problems.length === 1;
  return {
    conclusion: 'failure',
    title: one ? 'one problem' : `${problems.length} problems`,
    summary: paragraphs(
      'This machine gets no jobs:',
      problems.map((problem) => `- ${inline(problem, 400)}`).join('\n'),
      `Push a change and the answer changes. \`${DESCENT} lend --setup\` writes the files of a machine's repository again.`,
    ),
  };
}

/** Why a repository with a machine.yml is not believed. */
export const NOT_LENT = {
  private: 'the repository is private: make it public, so that everybody can see what measured',
  fork: "the repository is a fork: a machine's repository is made by its owner, not copied from another's",
  archived: 'the repository is archived: take it out of the archive',
  workflow: '.github/workflows/experiment.yml is missing: no job can run without it',
  noSwarm: (swarm: string) =>
    `machine.yml: swarm is ${swarm}, which takes no lent machines of this App: write the repository of the swarm`,
  noTrack: (swarm: string, tracks: string[]) =>
    `machine.yml: tracks has none of the tracks of ${swarm}: write one or several of ${tracks.join(', ')}`,
  twin: (other: string, machine: string) =>
    `machine.yml: machine is ${machine}, as in ${other}: give each of your machines a name of its own`,
  owner: (login: string) => `the account ${login} cannot lend machines: its name cannot stand in results`,
  many: (login: string, most: number) =>
    `${login} lends ${most} machines already, and the swarm takes no more of one owner: uninstall the App from one of them first`,
  large: 'machine.yml is too large: it has a few lines',
};
