"""What is measured, against whom, and in which unit.

A benchmark is a rate (units of work a second) or, where `whole` says how much work the whole job
has, the time that it takes. Slow opponents do a part; rates and times are scaled from it.
"""

import shlex
from dataclasses import dataclass


@dataclass(frozen=True)
class Peer:
    """An opponent; words such as {peers} in its command are filled in by the driver."""

    name: str
    command: str
    # Nightjar's side where it is not the benchmark's own, because this opponent does other work.
    nightjar: str | None = None
    # A time that Nightjar's side should keep whatever the opponent takes.
    bar: float | None = None

    @property
    def rival(self):
        """The name of Nightjar's side among the contestants."""
        return "nightjar" if self.nightjar is None else f"nightjar against {self.name}"

    def fill(self, places):
        return [word.format(**places) for word in shlex.split(self.command)]


@dataclass(frozen=True)
class Benchmark:
    key: str
    summary: str
    unit: str
    peers: tuple[Peer, ...]
    # Units of each phase in the whole job; None for a rate.
    whole: dict[str, float] | None = None
    # How many of the unit are in a second, for times.
    per_second: float = 1
    # Nightjar's side; {script} is KEY.lua in {folder}, beside this file.
    nightjar: str = "{nightjar} run {script}"

    @property
    def needs_ratings(self):
        return any("{ratings}" in peer.command for peer in self.peers)

    def commands(self, folder, places):
        """The command of every contestant by name."""
        places = places | {"script": folder / f"{self.key}.lua", "folder": folder}
        sides = {"nightjar": self.nightjar}
        for peer in self.peers:
            if peer.nightjar is not None:
                sides[peer.rival] = peer.nightjar
            sides[peer.name] = peer.command
        return {name: Peer(name, command).fill(places) for name, command in sides.items()}

    def value(self, units, seconds):
        """The benchmark's figure from the seconds that the units of each phase took."""
        if self.whole is None:
            return sum(units.values()) / sum(seconds.values())
        return self.per_second * sum(
            self.whole[phase] / units[phase] * seconds[phase] for phase in units)

    def ratio(self, nightjar, peer):
        """How many times better Nightjar is."""
        return nightjar / peer if self.whole is None else peer / nightjar


def spotlight(key, cell, loss):
    """An epoch of ML-1M's 9,860 sequences, trained as in Spotlight."""
    return Benchmark(
        key, f"an epoch of a sequence model, {cell} and {loss}", "s",
        (Peer("PyTorch", f"{{python}} {{peers}}/torch_spotlight.py {cell} {loss}"),),
        whole={"run": 9860}, nightjar=f"{{nightjar}} run {{folder}}/spotlight.lua {cell} {loss}")


BENCHMARKS = [
    Benchmark(
        "lstm_train", "training of an LSTM next-item model", "sequences/s",
        (Peer("PyTorch", "{python} {peers}/torch_lstm_train.py"),)),
    Benchmark(
        "main_job", "2 x 50 epochs, 2 checkpoints, all influence scores, from parts", "s",
        (Peer("PyTorch, a loop for the scores", "{python} {peers}/torch_main_job.py"),),
        whole={"train": 2 * 50 * 90_404, "target": 2 * 9_596, "score": 2 * 90_404}),
    Benchmark(
        "tracin_pairs", "exact TracIn of all layers, many tests", "pairs/s",
        (
            # Captum takes the gradients of the tests anew in each call, so its rate grows with the
            # number of training examples; with 1000 tests its memory would leave none to the others.
            Peer("Captum TracInCP", "{python} {peers}/captum_tracin.py full 2048 128"),
            Peer("Opacus, 1000 tests", "{python} {peers}/opacus_tracin.py pairs 1000"),
            Peer("Opacus, 128 tests", "{python} {peers}/opacus_tracin.py pairs 128"),
            Peer("Captum, last layer only", "{python} {peers}/captum_tracin.py last 8192 1000"),
            Peer(
                "Captum, last layer only, to the last layer only",
                "{python} {peers}/captum_tracin.py last 8192 1000",
                nightjar="{nightjar} run {script} last_layer"),
        )),
    Benchmark(
        "tracin_few", "the same with 16 tests", "pairs/s",
        (
            Peer("Captum TracInCP", "{python} {peers}/captum_tracin.py full 512 16"),
            Peer("Opacus", "{python} {peers}/opacus_tracin.py pairs 16"),
        )),
    Benchmark(
        "tracin_total", "one score an example against a mean gradient", "examples/s",
        (
            Peer("PyTorch, a loop", "{python} {peers}/torch_tracin_total.py loop"),
            Peer("PyTorch, forward mode", "{python} {peers}/torch_tracin_total.py jvp"),
            Peer("Opacus", "{python} {peers}/opacus_tracin.py total"),
        )),
    Benchmark(
        "store_build", "projected gradients of 100,000 examples, on disk", "examples/s",
        (Peer("its own training, three epochs", "{nightjar} run {folder}/store_epochs.lua"),)),
    Benchmark(
        "store_query", "why one recommendation, among 100,000 examples", "s",
        (
            Peer(
                "its own exact TracIn", "{nightjar} run {folder}/store_query.lua exact", bar=1),
        ), whole={"run": 1}),
    spotlight("spotlight_lstm", "lstm", "adaptive_hinge"),
    spotlight("spotlight_mlstm", "mlstm", "adaptive_hinge"),
    spotlight("spotlight_lstm_softmax", "lstm", "softmax"),
    spotlight("spotlight_mlstm_softmax", "mlstm", "softmax"),
    spotlight("gru_train", "gru", "softmax"),
    Benchmark(
        "sasrec_train", "an epoch of SASRec on 6,040 sequences of 200, softmax", "s",
        (Peer("PyTorch", "{python} {peers}/torch_sasrec.py"),), whole={"run": 6040}),
    Benchmark(
        "rank_eval", "full-catalogue ranking", "sequences/s",
        (Peer("PyTorch, no metrics", "{python} {peers}/torch_rank_eval.py"),)),
    Benchmark(
        "read_ratings", "1,000,000 rows of ratings.dat", "s",
        (
            Peer("pandas", "{python} {peers}/pandas_read_ratings.py python {ratings}"),
            Peer("pandas, C engine on CSV", "{python} {peers}/pandas_read_ratings.py c {csv}"),
        ),
        whole={"run": 1_000_000}, nightjar="{nightjar} run {script} {ratings}"),
    Benchmark(
        "startup", "from nothing to the prompt", "ms",
        (Peer("import torch", "{python} {peers}/start_command.py {python} -c 'import torch'"),),
        whole={"run": 1}, per_second=1e3,
        nightjar="{python} {peers}/start_command.py {nightjar} -e ''"),
    Benchmark(
        "lua_call", "one call of a bound function with checked arguments", "ns",
        (
            Peer(
                "PyTorch x.narrow(0, 0, 2), to x:rows(1, 2)",
                "{python} {peers}/torch_call.py rows"),
            Peer(
                "PyTorch v[1] = 0.5, to v[2] = 0.5, two checked arguments",
                "{python} {peers}/torch_call.py assign",
                nightjar="{nightjar} run {script} assign", bar=100),
            Peer(
                "Lua's own math.ult(1, 2), in C, to v[2] = 0.5",
                "{nightjar} run {script} stock", nightjar="{nightjar} run {script} assign"),
            Peer(
                "PyTorch v[1].item(), to v[2]", "{python} {peers}/torch_call.py element",
                nightjar="{nightjar} run {script} element"),
            Peer(
                "PyTorch x.size(0), to #x", "{python} {peers}/torch_call.py size",
                nightjar="{nightjar} run {script} size"),
        ),
        whole={"run": 1}, per_second=1e9, nightjar="{nightjar} run {script} rows"),
]
