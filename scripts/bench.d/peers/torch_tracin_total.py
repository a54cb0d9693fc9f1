"""One influence score an example against a mean gradient: `loop` or `jvp`.

The loop is what people write: one backward pass an example, then a dot product. The other asks for
the derivative of all losses of a batch along the mean gradient, by forward-mode differentiation:
the same numbers, and the fastest way in PyTorch that we know of.
"""

import sys

import torch
from contestant import serve, use_all_cores
from lstm import ML_100K, NextItemLSTM, mean_gradient
from torch.func import functional_call, jvp

use_all_cores()
model = NextItemLSTM(ML_100K)
target_gradient = mean_gradient(model, *ML_100K.examples(1024))
parameters = list(model.parameters())
loss = torch.nn.CrossEntropyLoss(reduction="none")


def loop(histories, targets):
    for row in range(len(targets)):
        gradient = torch.autograd.grad(
            loss(model(histories[row : row + 1]), targets[row : row + 1]).sum(), parameters)
        sum(torch.dot(g.flatten(), t.flatten()) for g, t in zip(gradient, target_gradient))


def directional(histories, targets, batch=128):
    names = [name for name, _ in model.named_parameters()]
    weights = tuple(parameter.detach() for parameter in parameters)
    for start in range(0, len(targets), batch):
        rows = slice(start, start + batch)

        def losses(*values):
            scores = functional_call(model, dict(zip(names, values)), (histories[rows],))
            return loss(scores, targets[rows])

        # The faster LSTM of oneDNN knows no forward mode.
        with torch.backends.mkldnn.flags(enabled=False):
            jvp(losses, weights, tuple(target_gradient))


ways = {"loop": (1_000, loop), "jvp": (4_096, directional)}
count, way = ways[sys.argv[1]]
histories, targets = ML_100K.examples(count)
serve(run=(count, lambda: way(histories, targets)))
