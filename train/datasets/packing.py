"""Rows without padding: every document led by one token, the longest that fits next, else the shortest, cropped."""

import bisect
from itertools import count

BUFFER = 1000  # documents to choose from


def packed(batches, width):
    """Yields rows, lists of exactly `width` tokens, from batches of documents (lists of tokens).

    Of equally long documents the earlier goes first. When the batches end, the buffer is used up and a row that
    cannot be filled is dropped.
    """
    batches, arrival = iter(batches), count()
    waiting = []  # (length, arrival, tokens), sorted
    ended = False
    while True:
        row = []
        while len(row) < width:
            while len(waiting) < BUFFER and not ended:
                batch = next(batches, None)
                ended = batch is None
                for tokens in batch or ():
                    bisect.insort(waiting, (len(tokens), next(arrival), tokens))
            if not waiting:
                return
            row += take(waiting, width - len(row))
        yield row


def take(waiting, room):
    """Removes and gives back the longest document that fits, or the head of the shortest."""
    fits = bisect.bisect_right(waiting, (room, float("inf")))
    place = bisect.bisect_left(waiting, (waiting[fits - 1][0],)) if fits else 0
    return waiting.pop(place)[2][:room]
