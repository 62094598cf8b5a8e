// Finds what looks like a key, a token or packed data, and removes it from a stranger's output before it is published.

const HIDDEN = '<hidden>';
/** Keys come in blocks; one that was cut runs to the end. */
const PRIVATE_KEY =
  /-----BEGIN [A-Z ]*(?:PRIVATE KEY|CERTIFICATE)[A-Z ]*-----[\s\S]*?(?:-----END [A-Z ]*-----|$)/g;
/** Tokens by the marks that services give them: GitHub, GitLab, npm, PyPI, Slack, OpenAI and their like, AWS, Google, Hugging Face. */
const MARKED =
  /\b(?:gh[a-z]_|github_pat_|gl[a-z]+-|npm_|pypi-|xox[a-z]-|sk-|hf_|A[KS]IA|AIza|ya29\.|eyJ)[\w.-]{12,}/g;
/** A value under a name that says what it is; `token` alone is a word of every language model. */
const ASSIGNED =
  /(\b(?:[A-Z0-9_]{0,40}(?:TOKEN|SECRET|PASSWORD|CREDENTIALS?|KEY)|(?:[a-z]{0,20}[_-])?(?:[Ss]ecret|[Pp]assw(?:or)?d|[Pp]assphrase|[Aa]pi[_-]?[Kk]ey|[Aa]uthorization))["']?\s?[:=]\s?)(?:(?:[Bb]earer|[Bb]asic|token)\s)?["']?[^\s"']{6,}/g;
const IN_ADDRESS = /(\b[a-z][a-z0-9+.-]{0,20}:\/\/)[^\s/@]{1,300}@/gi;
const SSH_KEY = /\b(?:ssh-(?:rsa|ed25519|dss)|ecdsa-[\w-]{1,40})\s[\w+/=]{20,}/g;
/** No blank, no word: hexadecimal or base64. */
const PACKED = /[A-Za-z0-9+=-]{32,}/g;

/** The text with a mark in place of each secret. */
export function replaceSecrets(text: string): string {
  return text
    .replaceAll(PRIVATE_KEY, HIDDEN)
    .replaceAll(SSH_KEY, HIDDEN)
    .replaceAll(IN_ADDRESS, `$1${HIDDEN}@`)
    .replaceAll(ASSIGNED, `$1${HIDDEN}`)
    .replaceAll(MARKED, HIDDEN)
    .replaceAll(PACKED, (run) => (isPacked(run) ? HIDDEN : run));
}

/** Letters and digits mixed as no person writes them. A line of dashes, or a long name in lower case, does not count. */
function isPacked(run: string): boolean {
  const isHex = /^[0-9a-f]+$/i.test(run) && /\d/.test(run);
  return isHex || (/\d/.test(run) && /[a-z]/.test(run) && /[A-Z]/.test(run));
}
