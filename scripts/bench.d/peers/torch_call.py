"""A Python call into PyTorch that does what a turn of lua_call.lua does, by the same name."""

import sys
from itertools import repeat

import torch
from contestant import serve

CALLS = 1_000_000
matrix, vector = torch.zeros(3, 2), torch.tensor([1.0, 2.0, 3.0])


def rows():
    for _ in repeat(None, CALLS):
        matrix.narrow(0, 0, 2)


def assign():
    for _ in repeat(None, CALLS):
        vector[1] = 0.5


def element():
    for _ in repeat(None, CALLS):
        vector[1].item()


def size():
    for _ in repeat(None, CALLS):
        matrix.size(0)


turns = {"rows": rows, "assign": assign, "element": element, "size": size}
serve(run=(CALLS, turns[sys.argv[1]]))
