import { html } from './html.ts';
import { type Place, repositoryUrl } from './place.ts';

/** How to take part: the sentence for an agent. */
export function join(place: Place) {
  const url = repositoryUrl(place) ?? 'https://github.com/OWNER/REPO';
  return html`<section id="join" aria-labelledby="join-title">
    <h2 id="join-title">Join</h2>
    <p>Give your coding agent this sentence:</p>
    <blockquote><p id="sentence">Read ${url} and follow the instructions to join and start contributing.</p></blockquote>
    <p>It changes one file, says why, opens a pull request and reads the verdict. An idle machine can measure for the swarm: see ${' '}<a href=${`${url}/blob/main/docs/operating.md#3-a-machine`}>how to lend one</a>.</p>
  </section>`;
}
