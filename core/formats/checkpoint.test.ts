import { describe, expect, it, test } from 'vitest';
import type { Parsed } from '../parsed.ts';
import { checkpointText, newKey, openNote, parseSigner, parseVerifier, signNote } from './checkpoint.ts';

/** The example of Go's note package, which other implementations test with, too. */
const VERIFIER = 'PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW';
const SIGNER = 'PRIVATE+KEY+PeterNeumann+c74f20a3+AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz';
const TEXT =
  "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n";
const NOTE = `${TEXT}\n— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n`;

function of<T>(parsed: Parsed<T>): T {
  if (!parsed.ok) throw new Error(parsed.problems.join());
  return parsed.value;
}

describe('a signed note', () => {
  it('is that of other implementations, byte for byte', () => {
    expect(signNote(TEXT, of(parseSigner(SIGNER)))).toBe(NOTE);
    expect(openNote(NOTE, of(parseVerifier(VERIFIER)))).toEqual({ ok: true, value: TEXT });
  });

  it('may have signatures of others', () => {
    const other =
      '— EnochRoot rwz+eBzmZa0SO3NbfRGzPCpDckykFXSdeX+MNtCOXm2/5n2tiOHp+vAF1aGrQ5ovTG01oOTGwnWLox33WWd1RvMc+QQ=\n';
    expect(openNote(NOTE + other, of(parseVerifier(VERIFIER))).ok).toBe(true);
    expect(openNote(`${TEXT}\n${other}`, of(parseVerifier(VERIFIER))).ok).toBe(false);
  });

  it.each([
    ['another text', NOTE.replace('cryptography', 'cryptographY')],
    ['another signature', NOTE.replace('x08go/Z', 'x08go/Y')],
    ['no signature', TEXT],
    ['the name alone', NOTE.replace(/ x08.*/, ' ')],
    ['nothing', ''],
  ])('with %s is refused', (_, note) => {
    expect(openNote(note, of(parseVerifier(VERIFIER))).ok).toBe(false);
  });
});

test('keys that are not whole, or not this kind, are refused', () => {
  for (let end = 0; end < VERIFIER.length; end += 1)
    expect(parseVerifier(VERIFIER.slice(0, end)).ok).toBe(false);
  for (const text of [
    VERIFIER.replace('c74f', 'c74e'),
    VERIFIER.replace('+ARpc', '+AxRpc'),
    `${VERIFIER}=`,
    VERIFIER.replace('Peter', 'Pe er'),
  ])
    expect(parseVerifier(text).ok).toBe(false);
  for (const text of [VERIFIER, SIGNER.slice(0, -4), SIGNER.replace('c74f', 'c74e')])
    expect(parseSigner(text).ok).toBe(false);
});

test('a new key signs checkpoints, which are three lines', () => {
  const { signer, verifier } = newKey('github.com/swarm/descent');
  const text = checkpointText({ origin: 'github.com/swarm/descent', events: 7, root: 'ab'.repeat(32) });
  expect(text).toBe(`github.com/swarm/descent\n7\n${Buffer.alloc(32, 0xab).toString('base64')}\n`);
  expect(of(openNote(signNote(text, of(parseSigner(signer))), of(parseVerifier(verifier))))).toBe(text);
  expect(() => newKey('two words')).toThrow('no blank');
});
