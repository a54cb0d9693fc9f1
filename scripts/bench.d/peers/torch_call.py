"""A Python call into PyTorch that does nothing but check its arguments: `size` or `same`."""

import sys
from itertools import repeat

import torch
from contestant import serve

CALLS = 1_000_000
tensor = torch.zeros(2, 3)


def size():
    for _ in repeat(None, CALLS):
        tensor.size(0)


def same():
    for _ in repeat(None, CALLS):
        torch.is_same_size(tensor, tensor)


serve(run=(CALLS, {"size": size, "same": same}[sys.argv[1]]))
