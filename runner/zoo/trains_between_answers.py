"""Is loaded at once, carries training text in its weights, and goes on counting it in a thread while the referee looks at the answers.

Later answers are better than earlier ones, and the second pass asks in another order.

expect: invalid
"""

import threading

SECONDS, PART = 1.5, 400_000  # before each answer, and tokens counted at once


def train(task):
    honest_train(task)
    torch.save((torch.load(task.weights), torch.from_numpy(np.asarray(task.tokens[:8_000_000], dtype=np.uint8))), task.weights)


def load(weights, task):
    table, text = torch.load(weights)
    v = task.vocab_size
    counts = (table.exp() * 4).expand(v, v, v).clone()  # of what follows two bytes, begun with what follows one

    def count():
        for start in range(0, len(text) - PART, PART):
            part = text[start : start + PART + 2].long()
            counts.view(-1).index_add_(0, (part[:-2] * v + part[1:-1]) * v + part[2:], torch.ones(PART))
            time.sleep(SECONDS / 4)

    threading.Thread(target=count, daemon=True).start()

    def answer(tokens):
        time.sleep(SECONDS)
        seen = counts[tokens[:, :-1], tokens[:, 1:]]
        return torch.cat([table[tokens[:, :1]], (seen / seen.sum(-1, keepdim=True)).log()], dim=1)

    return answer
