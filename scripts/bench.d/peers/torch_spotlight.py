"""Training of a sequence model as Spotlight does it, in PyTorch.

    torch_spotlight.py lstm|mlstm|gru adaptive_hinge|softmax

Sequences of 100 items, every item predicted from those before it, one table of embeddings for both
ends, five negatives for each target or the softmax over all items, Adam with L2.
"""

import sys

import contestant
import torch
from torch import nn

SEQUENCES, LENGTH, BATCH = 8 * 208, 100, 208
CLASSES, DIM, NEGATIVES = 3707, 112, 5


class MultiplicativeLSTM(nn.Module):
    """m = (W x) * (U h) takes the place of h in an LSTM; its first state is learned."""

    def __init__(self):
        super().__init__()
        self.of_input = nn.Linear(DIM, DIM)
        self.of_state = nn.Linear(DIM, DIM)
        self.cell = nn.LSTMCell(DIM, DIM)
        self.first = nn.Parameter(torch.randn(DIM) / DIM)

    def forward(self, inputs):
        state = memory = self.first.expand(inputs.shape[0], -1)
        memories = []
        for step in range(inputs.shape[1]):
            x = inputs[:, step]
            state, memory = self.cell(x, (self.of_input(x) * self.of_state(state), memory))
            memories.append(memory)
        return torch.stack(memories, 1)


class LSTM(nn.Module):
    def __init__(self):
        super().__init__()
        self.lstm = nn.LSTM(DIM, DIM, batch_first=True)

    def forward(self, inputs):
        return self.lstm(inputs)[0]


class GRU(nn.Module):
    def __init__(self):
        super().__init__()
        self.gru = nn.GRU(DIM, DIM, batch_first=True)

    def forward(self, inputs):
        return self.gru(inputs)[0]


def adaptive_hinge(states, targets, items, biases):
    def score(candidates):
        return (states * items(candidates)).sum(-1) + biases(candidates).squeeze(-1)

    drawn = torch.randint(0, CLASSES, (NEGATIVES, *targets.shape))
    hardest = score(drawn).max(0).values
    used = (targets != 0).float()
    return (torch.clamp(hardest - score(targets) + 1, min=0) * used).sum() / used.sum()


def softmax(states, targets, items, biases):
    scores = states @ items.weight.T + biases.weight.squeeze(-1)
    return nn.functional.cross_entropy(
        scores.flatten(0, 1), targets.flatten(), ignore_index=0)


def main():
    cell, loss_name = sys.argv[1:]
    contestant.use_all_cores()
    items = nn.Embedding(CLASSES, DIM, padding_idx=0)
    biases = nn.Embedding(CLASSES, 1, padding_idx=0)
    nn.init.normal_(items.weight, 0, 1 / DIM)
    nn.init.zeros_(biases.weight)
    network = {"lstm": LSTM, "mlstm": MultiplicativeLSTM, "gru": GRU}[cell]()
    loss_of = {"adaptive_hinge": adaptive_hinge, "softmax": softmax}[loss_name]
    parameters = [*items.parameters(), *biases.parameters(), *network.parameters()]
    optimizer = torch.optim.Adam(parameters, lr=4e-3, weight_decay=1e-6)
    sequences = torch.randint(1, CLASSES, (SEQUENCES, LENGTH))

    def run():
        for batch in sequences[torch.randperm(SEQUENCES)].split(BATCH):
            embedded = items(batch)
            before = torch.cat([torch.zeros_like(embedded[:, :1]), embedded[:, :-1]], 1)
            loss = loss_of(network(before), batch, items, biases)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()

    contestant.serve(run=(SEQUENCES, run))


if __name__ == "__main__":
    main()
