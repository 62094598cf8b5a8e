"""The referee's own few lines, in a job's sandbox: what fails here is the fault of this machine and of no train.py.

    python trial.py DEVICE    exit status 0 when the device computes, learns and, on a card, compiles
"""

import sys

import torch

device = sys.argv[1]


def work(x):
    return torch.nn.functional.gelu(x @ x).square().mean()


if device == "cuda":
    free, whole = torch.cuda.mem_get_info()
    if free < 0.9 * whole:
        sys.exit(f"other programs hold {(whole - free) // 2**20} of the card's {whole // 2**20} MiB")
    work = torch.compile(work)
torch.manual_seed(0)
x = torch.randn(256, 256, device=device, requires_grad=True)
work(x).backward()
if not torch.isfinite(x.grad).all() or not x.grad.any():
    sys.exit(f"gradients on {device} are wrong")
