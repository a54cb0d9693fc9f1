"""Training of SASRec with the softmax over all items, in PyTorch.

Sequences of 201 items, every one but the first predicted from those before it; two blocks of causal
attention by PyTorch's fused scaled_dot_product_attention, one table of embeddings for both ends,
dropout 0.1, and the fused Adam.
"""

import contestant
import torch
from torch import nn
from torch.nn import functional

SEQUENCES, LENGTH, BATCH = 8 * 128, 200, 128
CLASSES, DIM, BLOCKS, RATE = 3417, 64, 2, 0.1


class Block(nn.Module):
    def __init__(self):
        super().__init__()
        self.attention_norm = nn.LayerNorm(DIM, eps=1e-8)
        self.query = nn.Linear(DIM, DIM)
        self.key_value = nn.Linear(DIM, 2 * DIM)
        self.output = nn.Linear(DIM, DIM)
        self.forward_norm = nn.LayerNorm(DIM, eps=1e-8)
        self.forward_layers = nn.Sequential(
            nn.Linear(DIM, DIM), nn.Dropout(RATE), nn.ReLU(), nn.Linear(DIM, DIM),
            nn.Dropout(RATE))

    def forward(self, x):
        asking = self.attention_norm(x)
        keys, values = self.key_value(x).chunk(2, -1)
        found = functional.scaled_dot_product_attention(
            self.query(asking)[:, None], keys[:, None], values[:, None], dropout_p=RATE,
            is_causal=True)
        z = self.forward_norm(asking + self.output(found[:, 0]))
        return z + self.forward_layers(z)


class SASRec(nn.Module):
    def __init__(self):
        super().__init__()
        self.items = nn.Embedding(CLASSES, DIM, padding_idx=0)
        self.bias = nn.Parameter(torch.zeros(CLASSES))
        self.positions = nn.Embedding(LENGTH, DIM)
        self.dropout = nn.Dropout(RATE)
        self.blocks = nn.Sequential(*(Block() for _ in range(BLOCKS)))
        self.norm = nn.LayerNorm(DIM, eps=1e-8)
        for table in [self.items, self.positions]:
            nn.init.normal_(table.weight, 0, 0.02)

    def forward(self, sequences):
        x = self.items(sequences) * DIM ** 0.5 + self.positions.weight
        states = self.norm(self.blocks(self.dropout(x)))
        return functional.linear(states, self.items.weight, self.bias)


def main():
    contestant.use_all_cores()
    model = SASRec()
    optimiser = torch.optim.Adam(model.parameters(), lr=1e-3, fused=True)
    sequences = torch.randint(1, CLASSES, (SEQUENCES, LENGTH + 1))

    def run():
        model.train()
        for batch in sequences[torch.randperm(SEQUENCES)].split(BATCH):
            scores = model(batch[:, :-1])
            loss = functional.cross_entropy(scores.flatten(0, 1), batch[:, 1:].flatten())
            optimiser.zero_grad(set_to_none=True)
            loss.backward()
            optimiser.step()

    contestant.serve(run=(SEQUENCES, run))


if __name__ == "__main__":
    main()
