"""Byte-pair encoding of climbmix: trained by rustbpe, applied by tiktoken, as karpathy/autoresearch does it."""

import rustbpe
import tiktoken

SPECIAL = ["<|reserved_0|>", "<|reserved_1|>", "<|reserved_2|>", "<|reserved_3|>"]  # the first leads every document
# GPT-4's, but numbers are cut into one or two digits: three would waste a small vocabulary.
PATTERN = r"""'(?i:[sdmt]|ll|ve|re)|[^\r\n\p{L}\p{N}]?+\p{L}+|\p{N}{1,2}| ?[^\s\p{L}\p{N}]++[\r\n]*|\s*[\r\n]|\s+(?!\S)|\s+"""


def trained(texts, vocab_size):
    """A tiktoken.Encoding of at most vocab_size tokens, the special ones included, from an iterator of str."""
    trainer = rustbpe.Tokenizer()
    trainer.train_from_iterator(texts, vocab_size - len(SPECIAL), pattern=PATTERN)
    ranks = {bytes(token): rank for token, rank in trainer.get_mergeable_ranks()}
    special = {name: len(ranks) + i for i, name in enumerate(SPECIAL)}
    return tiktoken.Encoding("climbmix", pat_str=PATTERN, mergeable_ranks=ranks, special_tokens=special)


def first_token(encoding):
    return encoding.encode_single_token(SPECIAL[0])


def token_bytes(encoding):
    """UTF-8 bytes of each token's decoding alone, 0 for special tokens.

    The quirk: half a character decodes to the replacement character, three bytes. Kept, so that losses compare.
    """
    special = set(SPECIAL)
    alone = [encoding.decode([token]) for token in range(encoding.n_vocab)]
    return [0 if text in special else len(text.encode()) for text in alone]
