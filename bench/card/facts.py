"""What a train.py needs on a card, for counting: `facts.py FILE VOCABULARY LENGTH` prints {"tokensPerStep", "flopsPerToken", "parameters"}.

Arithmetic of a token as upstream counts it: 6 for each weight of a matrix product, and 12 for each channel and each
position that attention looks back at.
"""

import importlib.util
import json
import sys
from types import SimpleNamespace

import torch

path, vocab, length = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
spec = importlib.util.spec_from_file_location("train", path)
train = importlib.util.module_from_spec(spec)
spec.loader.exec_module(train)
task = SimpleNamespace(device="cuda", vocab_size=vocab, sequence_length=length, seed=0)
with torch.device("meta"):
    model = train.GPT(task)
embeddings = {id(p) for m in model.modules() if isinstance(m, torch.nn.Embedding) for p in m.parameters()}
products = sum(p.numel() for p in model.parameters() if p.dim() >= 2 and id(p) not in embeddings)
width = train.WIDTH["cuda"]
back = [min(getattr(block, "window", None) or length, length) for block in model.blocks]
facts = {
    "tokensPerStep": train.TOTAL_BATCH_SIZE["cuda"],
    "flopsPerToken": 6 * products + 12 * width * sum(back),
    "parameters": sum(p.numel() for p in model.parameters()),
}
print(json.dumps(facts))
