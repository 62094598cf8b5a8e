/** What services that show previews of links ask for, pixels. */
export const CARD = { width: 1200, height: 630 };
