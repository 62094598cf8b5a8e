import { doesNotLend, lendsTo, NOT_LENT } from '../../app/say/machine-check.ts';
import type { Chapter, Entry } from './entry.ts';

const said = (name: string, { conclusion, title, summary }: ReturnType<typeof doesNotLend>): Entry => ({
  name,
  facts: [`check run \`descent machine\`: ${conclusion}, "${title}"`],
  text: summary,
});

const { noSwarm, noTrack, twin, owner, many, ...plain } = NOT_LENT;
const problems = [
  ...Object.values(plain),
  noSwarm('ada/other'),
  noTrack('descent/descent', ['cpu', 'h100']),
  twin('ada/descent-machine', 'desk'),
  owner('a login'),
  many('ada', 20),
];

export const machines: Chapter = {
  title: 'Answers to lent machines',
  where: "On the newest commit of a machine's repository.",
  entries: [
    said('a machine is known', lendsTo('ada.desk', 'descent/descent', ['cpu'], [])),
    said('a machine is known, for fewer tracks', lendsTo('ada.desk', 'descent/descent', ['cpu'], ['huge'])),
    said('a machine is not known', doesNotLend(['a problem'])),
    said('a machine is not known, for everything that can be', doesNotLend(problems)),
  ],
};
