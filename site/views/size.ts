/** A chart is drawn at two sizes: text of a wide one cannot be read on a phone. Pixels. */
export interface Size {
  width: number;
  height: number;
}

export const WIDE: Size = { width: 960, height: 420 };
export const PHONE: Size = { width: 380, height: 320 };
