"""TracIn by Opacus: per-sample gradients of all layers, then one matrix product.

The cleverest way to exact scores that we know of in PyTorch. `pairs N` scores against N test
examples whose gradients are computed before and not timed; `total` scores against one mean
gradient.
"""

import sys

import torch
from contestant import serve, use_all_cores
from lstm import ML_1M, ML_100K, NextItemLSTM
from opacus.grad_sample import GradSampleModule
from opacus.layers import DPLSTM

use_all_cores()
shape = ML_1M if sys.argv[1] == "pairs" else ML_100K
tests = int(sys.argv[2]) if sys.argv[1] == "pairs" else 1
model = GradSampleModule(NextItemLSTM(shape, DPLSTM), loss_reduction="sum")
parameters = list(model.parameters())
loss = torch.nn.CrossEntropyLoss(reduction="sum")
BATCH = 64


def gradients(histories, targets):
    """One row an example, all parameters side by side."""
    model.zero_grad(set_to_none=True)
    loss(model(histories), targets).backward()
    return torch.cat([parameter.grad_sample.flatten(1) for parameter in parameters], 1)


def test_gradients():
    parts = [
        gradients(*shape.examples(min(BATCH, tests - start))) for start in range(0, tests, BATCH)]
    return torch.cat(parts)


test = test_gradients()
train = 512
histories, targets = shape.examples(train)


def scores():
    for start in range(0, train, BATCH):
        rows = slice(start, start + BATCH)
        gradients(histories[rows], targets[rows]) @ test.T


serve(run=(train * tests, scores))
