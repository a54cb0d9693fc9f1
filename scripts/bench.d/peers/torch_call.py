"""A Python call into PyTorch that does what lua_call.lua does: `rows`, `element` or `size`."""

import sys
from itertools import repeat

import torch
from contestant import serve

CALLS = 1_000_000
matrix, vector = torch.zeros(3, 2), torch.tensor([1.0, 2.0, 3.0])


def rows():
    for _ in repeat(None, CALLS):
        matrix.narrow(0, 0, 2)


def element():
    for _ in repeat(None, CALLS):
        vector[1].item()


def size():
    for _ in repeat(None, CALLS):
        matrix.size(0)


serve(run=(CALLS, {"rows": rows, "element": element, "size": size}[sys.argv[1]]))
