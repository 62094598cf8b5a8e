import { html } from './html.ts';
import { type Place, pullUrl } from './place.ts';

/** The number of a pull request, as a link where there is a GitHub. */
export function pullLink(place: Place, pull: number) {
  const url = pullUrl(place, pull);
  return url ? html`<a href=${url}>#${pull}</a>` : `#${pull}`;
}
