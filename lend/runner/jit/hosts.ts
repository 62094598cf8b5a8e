/** Whether a runner may speak to an address: one of GitHub's own, as seen from the API that its owner uses. */

/** Narrower than an address may be: two parsers could read anything odder as two hosts. */
const PLAIN = /^(https?):\/\/([a-z0-9.-]+)(:\d{1,5})?(?:\/[\w./~=&?%+,:-]*)?$/i;

/**
 * @param address for the runner
 * @param api address of GitHub's API
 */
export function isAllowed(address: string, api: string): boolean {
  const [, scheme = '', host = '', port = ''] = PLAIN.exec(address) ?? [];
  const base = new URL(api);
  const isOwn = host.toLowerCase() === base.hostname && port === (base.port && `:${base.port}`);
  // An Enterprise server, or the emulator: its own host, and only encrypted where the API is.
  if (isOwn && scheme.toLowerCase() === base.protocol.slice(0, -1)) return true;
  if (scheme.toLowerCase() !== 'https' || (port !== '' && port !== ':443')) return false;
  return cloudOf(base.hostname).some((allowed) => {
    const isTail = allowed.startsWith('.');
    return isTail ? host.toLowerCase().endsWith(allowed) : host.toLowerCase() === allowed;
  });
}

/** GitHub's hosts beside the API's; one that begins with a dot stands for all below it. */
function cloudOf(api: string): string[] {
  if (api === 'api.github.com') return ['github.com', '.actions.githubusercontent.com'];
  const tenant = /^api\.([a-z0-9-]+\.ghe\.com)$/.exec(api)?.[1]; // data residency
  return tenant ? [tenant, `.${tenant}`] : [];
}
