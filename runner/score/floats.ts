/** Little-endian float32 as an array, copied so that it is aligned. */
export function floats(buffer: Buffer): Float32Array {
  return new Float32Array(new Uint8Array(buffer).buffer);
}
