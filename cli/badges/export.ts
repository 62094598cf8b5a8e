import type { People } from '../../memory/badges/people.ts';
import { badgeSvg, personSvg } from '../../memory/badges/svg.ts';
import { erc721Files } from './erc721.ts';
import { credentialOf } from './ob3.ts';
import type { Place } from './place.ts';
import type { Signer } from './sign.ts';

/** Badges and tokens as files, by their names. Nothing is sent anywhere. */

export const FORMATS = ['ob3', 'json', 'erc721'] as const;
export type Format = (typeof FORMATS)[number];

/** Only what GitHub takes as a login becomes part of a file's name. */
const LOGIN = /^[a-z\d](?:-?[a-z\d]){0,38}$/i;

/** @param signer null: credentials without a proof */
export async function exported(
  format: Format,
  { people: all, tokens }: Omit<People, 'broken'>,
  place: Place,
  signer: Signer | null,
): Promise<Record<string, string>> {
  const people = all.filter(({ login }) => LOGIN.test(login));
  switch (format) {
    case 'erc721':
      return erc721Files(place, tokens);
    case 'json':
      return {
        'badges.json': jsonOf({ schema: 1, repository: place.url, commit: place.commit, people, tokens }),
        ...Object.fromEntries(
          people.flatMap((person) => [
            [`${person.login}.svg`, personSvg(person)],
            ...person.badges.map((badge) => [`${person.login}/${badge.id}.svg`, badgeSvg(badge)]),
          ]),
        ),
      };
    case 'ob3': {
      const files: Record<string, string> = {};
      for (const { login, badges } of people)
        for (const badge of badges) {
          const credential = credentialOf(place, login, badge);
          files[`${login}/${badge.id}.json`] = jsonOf(signer ? await signer.sign(credential) : credential);
        }
      if (signer) files[signer.document.path] = jsonOf(signer.document.value);
      return files;
    }
  }
}

function jsonOf(value: unknown): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}
