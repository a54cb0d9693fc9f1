"""Reads ratings with pandas: `python FILE` for `user::item::rating::time`, `c FILE` for CSV.

Only pandas' Python engine takes a separator of two characters. Its C engine reads the same rows
from a file that somebody has converted before.
"""

import sys

import pandas
from contestant import serve

engine, path = sys.argv[1:]
columns = ["user", "item", "rating", "time"]
separator = "::" if engine == "python" else ","


def read():
    return pandas.read_csv(path, sep=separator, engine=engine, header=None, names=columns)


serve(run=(len(read()), read))
