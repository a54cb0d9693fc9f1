"""Runs Nightjar and its opponents in turns and prints the ratios of their medians.

benchmarks.py lists what is measured; peers/contestant.py describes the protocol of both sides.
"""

import argparse
import contextlib
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from benchmarks import BENCHMARKS
from ratings import write_ratings

FOLDER = Path(__file__).resolve().parent
NIGHTJAR = FOLDER.parent / "nightjar"


class Failed(Exception):
    """A contestant ended or did not answer; the text says why."""


class Contestant:
    """A running process that does turns of work when told to."""

    def __init__(self, name, command):
        self.name = name
        self.errors = tempfile.TemporaryFile("w+")
        self.process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=self.errors, text=True)
        self.values = []

    def answer(self, expected):
        """The words after `expected` in the next line that begins with it."""
        for line in self.process.stdout:
            words = line.split()
            if words[:1] == [expected]:
                return words[1:]
        self.process.wait()
        self.errors.seek(0)
        last = self.errors.read().strip().splitlines()[-1:] or ["no message"]
        raise Failed(f"ended with status {self.process.returncode}: {last[0]}")

    def wait_until_ready(self):
        phases = (word.split("=") for word in self.answer("ready"))
        self.units = {name: float(count) for name, count in phases}
        if not all(count > 0 for count in self.units.values()):
            raise Failed(f"has no work to do: {self.units}")

    def turn(self, benchmark):
        """Does one turn of every phase and notes the value in the benchmark's unit."""
        seconds = {}
        for phase in self.units:
            started = time.perf_counter()
            with contextlib.suppress(BrokenPipeError):  # answer() tells why it ended
                self.process.stdin.write(phase + "\n")
                self.process.stdin.flush()
            self.answer("done")
            seconds[phase] = time.perf_counter() - started
        self.values.append(benchmark.value(self.units, seconds))

    @property
    def median(self):
        return statistics.median(self.values)

    def close(self):
        with contextlib.suppress(BrokenPipeError):
            self.process.stdin.close()
        try:
            self.process.wait(timeout=10)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        self.process.stdout.close()
        self.errors.close()


def measure(benchmark, commands, repetitions):
    """The contestants that finished, by name, and what went wrong with the others."""
    contestants, failures = [], {}

    def attempt(contestant, action):
        try:
            action()
            return True
        except Failed as failure:
            failures[contestant.name] = str(failure)
            contestant.close()
            return False

    for name, command in commands.items():
        contestant = Contestant(name, command)
        if attempt(contestant, contestant.wait_until_ready):
            contestants.append(contestant)
    for _ in range(repetitions):
        contestants = [c for c in contestants if attempt(c, lambda c=c: c.turn(benchmark))]
        # The next round goes the other way, so that nobody always follows the same neighbour.
        contestants.reverse()
    for contestant in contestants:
        contestant.close()
    return {contestant.name: contestant for contestant in contestants}, failures


def report(benchmark, finished):
    """The benchmark's entry in the JSON file; without a ratio where one side is missing."""
    def entry(opponent):
        peer = finished.get(opponent.name)
        nightjar = finished.get(opponent.rival)
        ratio = benchmark.ratio(nightjar.median, peer.median) if nightjar and peer else None
        found = {"peer": peer and peer.median, "ratio": ratio, "peer_name": opponent.name}
        if opponent.nightjar is not None:
            found["nightjar"] = nightjar and nightjar.median
        if opponent.bar is not None:
            found["bar"] = opponent.bar
        return found

    first, *others = benchmark.peers
    nightjar = finished.get("nightjar")
    result = {"nightjar": nightjar and nightjar.median, **entry(first), "unit": benchmark.unit}
    if others:
        result["others"] = [entry(peer) for peer in others]
    return result


def figure(value):
    if value is None:
        return "-"
    return f"{value:,.0f}" if abs(value) >= 1000 else f"{value:.4g}"


def print_rows(key, result):
    for number, peer in enumerate([result, *result.get("others", [])]):
        ratio = "-" if peer["ratio"] is None else f"{peer['ratio']:.2f}x"
        nightjar = peer.get("nightjar", result["nightjar"])
        bar = ""
        if "bar" in peer and nightjar is not None:
            kept = "kept" if nightjar <= peer["bar"] else "missed"
            bar = f" (bar {figure(peer['bar'])} {result['unit']}: {kept})"
        print(
            f"{key if number == 0 else '':13} {figure(nightjar):>12} "
            f"{figure(peer['peer']):>12} {ratio:>9}  {result['unit']:12} {peer['peer_name']}{bar}",
            flush=True)


def arguments():
    parser = argparse.ArgumentParser(
        prog="scripts/bench", description="Nightjar against others in the same run.",
        epilog="; ".join(f"{b.key}: {b.summary}" for b in BENCHMARKS))
    parser.add_argument("names", nargs="*", metavar="NAME", help="what to run, else all")
    parser.add_argument("--json", metavar="FILE", help="also write the figures to FILE")
    parser.add_argument("--repetitions", type=int, default=5, help="turns of each side (default 5)")
    chosen = parser.parse_args()
    known = [benchmark.key for benchmark in BENCHMARKS]
    for name in chosen.names:
        if name not in known:
            parser.error(f"no benchmark '{name}'; there are {', '.join(known)}")
    if chosen.repetitions < 1:
        parser.error("--repetitions must be at least 1")
    return chosen


def busy_cores(seconds=2):
    """How many cores other programs keep busy now; the load average still remembers a build."""

    def idle_and_all():
        fields = Path("/proc/stat").read_text().splitlines()[0].split()[1:9]
        ticks = [int(field) for field in fields]
        return ticks[3] + ticks[4], sum(ticks)  # idle and waiting for a disk, of everything

    if not Path("/proc/stat").exists():
        return os.getloadavg()[0]
    (idle, total), _ = idle_and_all(), time.sleep(seconds)
    later_idle, later_total = idle_and_all()
    return os.cpu_count() * (1 - (later_idle - idle) / max(1, later_total - total))


def main():
    chosen = arguments()
    busy = busy_cores()
    if busy > 0.25:
        print(
            f"warning: other programs keep {busy:.1f} cores busy; PyTorch's threads suffer from "
            "that out of proportion, so do not use these figures", file=sys.stderr)
    results, problems = {}, []
    print(f"{'':13} {'nightjar':>12} {'opponent':>12} {'ratio':>9}  {'unit':12} opponent's name")
    with tempfile.TemporaryDirectory() as scratch:
        os.environ["NIGHTJAR_BENCH_SCRATCH"] = scratch
        needed = [b for b in BENCHMARKS if not chosen.names or b.key in chosen.names]
        places = {"python": sys.executable, "peers": FOLDER / "peers", "nightjar": NIGHTJAR}
        if any(benchmark.needs_ratings for benchmark in needed):
            places["ratings"], places["csv"] = write_ratings(Path(scratch))
        for benchmark in needed:
            finished, failures = measure(
                benchmark, benchmark.commands(FOLDER, places), chosen.repetitions)
            results[benchmark.key] = report(benchmark, finished)
            print_rows(benchmark.key, results[benchmark.key])
            problems += [f"{benchmark.key}: {name} {why}" for name, why in failures.items()]
    if chosen.json:
        Path(chosen.json).write_text(json.dumps(results, indent=2) + "\n")
    for problem in problems:
        print(problem, file=sys.stderr)
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
