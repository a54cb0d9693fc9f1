"""The model and the data of the training and attribution benchmarks, in PyTorch."""

from dataclasses import dataclass

import torch
from torch import nn


@dataclass(frozen=True)
class Shape:
    """Sizes of a next-item problem: `length` items of history, then the item to predict."""

    items: int
    dim: int
    hidden: int
    length: int
    batch: int

    def examples(self, count):
        """Random histories and targets. Speed does not depend on which items they are."""
        histories = torch.randint(1, self.items, (count, self.length))
        return histories, torch.randint(1, self.items, (count,))


# As many items as MovieLens 1M has, with a common size of model.
ML_1M = Shape(items=3706, dim=64, hidden=128, length=20, batch=256)
# The TracIn study on MovieLens 100K: 90,404 training and 9,596 test examples.
ML_100K = Shape(items=1683, dim=128, hidden=64, length=49, batch=1024)


class NextItemLSTM(nn.Module):
    """Embedding, one LSTM layer, and scores of all items from its last state."""

    def __init__(self, shape, lstm=nn.LSTM):
        super().__init__()
        self.embedding = nn.Embedding(shape.items, shape.dim, padding_idx=0)
        self.lstm = lstm(shape.dim, shape.hidden, batch_first=True)
        self.output = nn.Linear(shape.hidden, shape.items)

    def forward(self, histories):
        return self.output(self.lstm(self.embedding(histories))[0][:, -1])


def train(model, optimiser, histories, targets, batches):
    """Takes one optimiser step on each of `batches`, tensors of example numbers."""
    loss = nn.CrossEntropyLoss()
    model.train()
    for batch in batches:
        optimiser.zero_grad(set_to_none=True)
        loss(model(histories[batch]), targets[batch]).backward()
        optimiser.step()


def mean_gradient(model, histories, targets, batch=1024):
    """The gradient of the mean loss, one tensor a parameter."""
    loss = nn.CrossEntropyLoss(reduction="sum")
    model.zero_grad(set_to_none=True)
    for start in range(0, len(targets), batch):
        rows = slice(start, start + batch)
        (loss(model(histories[rows]), targets[rows]) / len(targets)).backward()
    return [parameter.grad.clone() for parameter in model.parameters()]
