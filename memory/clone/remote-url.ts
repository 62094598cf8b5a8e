/** What a remote's URL says about its repository. */
export interface Place {
  /** In lower case, without `www.` and `ssh.`. */
  host: string;
  owner: string;
  repo: string;
  /** With ssh, the host may be a name that the user chose in `~/.ssh/config`. */
  ssh: boolean;
}

const SCHEMES = /^(?:https?|ssh|git|git\+ssh|ssh\+git):$/;
/** `[user@]host:path`, as scp writes it. */
const SCP = /^(?:[^@/:]+@)?([^/:@]+):(?!\/\/)(.+)$/;

/** The repository of a URL as git reads it. Null if it names no owner and repository, such as a folder. */
export function placeOf(url: string): Place | null {
  const scp = url.includes('://') ? null : SCP.exec(url);
  if (scp) return placed(scp[1]!, scp[2]!, true);
  if (!URL.canParse(url)) return null;
  const { protocol, hostname, pathname } = new URL(url);
  if (!SCHEMES.test(protocol)) return null;
  return placed(hostname, pathname, protocol.includes('ssh'));
}

function placed(host: string, path: string, ssh: boolean): Place | null {
  const parts = path.replace(/^\/+|\/+$/g, '').split('/');
  const [owner = '', name = ''] = parts;
  const repo = name.replace(/\.git$/, '');
  if (parts.length !== 2 || !owner || !repo) return null;
  return { host: host.toLowerCase().replace(/^(?:www|ssh)\.(?=github\.com$)/, ''), owner, repo, ssh };
}

export const GITHUB = 'https://api.github.com';

/** Where git finds the repositories that an API serves: `github.com` for `https://api.github.com`. */
export interface Site {
  host: string;
  protocol: string;
}

export function siteOf(env: Record<string, string | undefined>): Site {
  const { hostname, protocol } = new URL(env.GITHUB_API_URL || GITHUB);
  return { host: hostname.toLowerCase().replace(/^api\./, ''), protocol };
}

/** Whether a remote is at this host. A name from ssh's configuration that could stand for it counts. */
export function isAt(place: Place, host: string): boolean {
  return place.host === host || (place.ssh && (!place.host.includes('.') || /github/.test(place.host)));
}

/** The URL without a password or token, to show it. */
export function withoutSecrets(url: string): string {
  return url.replace(/^([a-z+]+:\/\/)[^/@]*@/i, (whole, scheme: string) =>
    /^ssh|\+ssh/.test(scheme) ? whole.replace(/:[^/:@]*@/, '@') : scheme,
  );
}
