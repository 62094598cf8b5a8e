import { createHash } from 'node:crypto';
import { type Token, tokenPath, tokenText } from '../../core/formats/token.ts';
import type { Held } from '../../memory/badges/people.ts';
import { tokenSvg } from '../../memory/badges/svg.ts';
import { merkleTree } from './merkle.ts';
import type { Place } from './place.ts';

/**
 * Tokens of records as files that a contract of the kind ERC-721 could point to. Nothing here knows a chain or a wallet: who wants to
 * mint them takes the metadata and the tree, and answers for it.
 */

/** Files by name. Main's own first file is nobody's, so it is left out. */
export function erc721Files(place: Place, tokens: readonly Held[]): Record<string, string> {
  const made = tokens.filter(({ author }) => author !== null).map((held) => metadataOf(place, held));
  if (made.length === 0) return {};
  const tree = merkleTree(
    made.map(({ id, text }) => [id, `0x${sha256(text)}`]),
    ['uint256', 'bytes32'],
  );
  return {
    ...Object.fromEntries(
      made.flatMap(({ name, text, svg }) => [
        [`${name}.json`, text],
        [`${name}.svg`, svg],
      ]),
    ),
    'tree.json': `${JSON.stringify(tree, null, 2)}\n`,
  };
}

function metadataOf(place: Place, { standing, ...token }: Held) {
  const { track, number, pull, record, author, owners, effect, valBpb } = token;
  const svg = tokenSvg(token);
  const id = idOf(token);
  const by = owners.map(({ login }) => login).join(', ') || 'not known';
  const metadata = {
    name: `${place.name}: record ${number} on ${track}`,
    description: `The file of pull request #${pull} by ${author!.login} took the record of the track ${track} at ${valBpb} bits per byte. This says again what the results in git say. It is no promise of anything, and Descent issues it on no chain.`,
    image: `data:image/svg+xml;base64,${Buffer.from(svg).toString('base64')}`,
    external_url: `${place.url}/blob/${place.commit}/${record}`,
    attributes: [
      { trait_type: 'Track', value: track },
      { trait_type: 'Record', value: number, display_type: 'number' },
      { trait_type: 'Author', value: author!.login },
      { trait_type: 'Confirmed by', value: by },
      { trait_type: 'Bits per byte', value: valBpb },
      ...(effect ? [{ trait_type: 'Gain', value: effect.estimate }] : []),
      { trait_type: 'Standing', value: standing },
    ],
    properties: {
      id,
      token: tokenPath(token),
      sha256: { token: sha256(tokenText(token)), image: sha256(svg) },
    },
  };
  return { id, name: `${track}-${number}`, svg, text: `${JSON.stringify(metadata, null, 2)}\n` };
}

/** The token's own digest as a number: nobody has to hand numbers out, and it tells whether the file was changed. */
function idOf(token: Token): string {
  return BigInt(`0x${sha256(tokenText(token))}`).toString();
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
