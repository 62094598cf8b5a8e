/** Colours of the labels the bot creates; what is not named is grey. */
const COLOURS: Record<string, string> = {
  improved: '0e8a16',
  ready: '0e8a16',
  regressed: 'b60205',
  inconclusive: 'fbca04',
  crashed: '5319e7',
  timeout: '5319e7',
  invalid: 'd93f0b',
  duplicate: 'cfd3d7',
  'needs-work': 'e99695',
  'descent-stopped': 'b60205',
};

export function colourOf(label: string): string {
  return COLOURS[label] ?? 'ededed';
}
