import { badgeTitle, type Person } from '../../core/credits/badges.ts';
import { badgeSvg } from '../../memory/badges/svg.ts';
import { didOf, type Place, resultUrl } from './place.ts';

/** Badges as Open Badges 3.0: verifiable credentials of type AchievementCredential, as JSON-LD. */

export const CONTEXTS = [
  'https://www.w3.org/ns/credentials/v2',
  'https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json',
];

/** The credential of one badge, without a proof. */
export function credentialOf(place: Place, login: string, badge: Person['badges'][number]) {
  const { id, name, criteria, at } = badge;
  return {
    '@context': CONTEXTS,
    id: `${place.url}#badges/${login}/${id}`,
    type: ['VerifiableCredential', 'AchievementCredential'],
    name: badgeTitle(badge),
    issuer: { id: didOf(place.site).did, type: ['Profile'], name: place.name, url: place.url },
    validFrom: at,
    credentialSubject: {
      id: `${place.server}/${login}`,
      type: ['AchievementSubject'],
      achievement: {
        id: `${place.url}#badges/${id}`,
        type: ['Achievement'],
        achievementType: 'Badge',
        name,
        description: criteria,
        criteria: { narrative: `${criteria} It follows from the results in ${place.url} by a fixed rule.` },
        image: {
          id: `data:image/svg+xml;base64,${Buffer.from(badgeSvg(badge)).toString('base64')}`,
          type: 'Image',
        },
      },
    },
    evidence: [{ id: resultUrl(place, badge), type: ['Evidence'], name: `The result of #${badge.pull}` }],
  };
}
export type Credential = ReturnType<typeof credentialOf>;
