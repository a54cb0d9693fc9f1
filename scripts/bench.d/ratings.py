"""A made-up file in the form of MovieLens' ratings.dat, and the same rows as CSV."""

import random

ROWS = 1_000_000
USERS = 6_040
ITEMS = 3_706
FIRST_SECOND = 956_703_932


def write_ratings(folder):
    """Writes both files and returns their paths."""
    draw = random.Random(1)
    rows = [
        (user, draw.randint(1, ITEMS), draw.randint(1, 5), FIRST_SECOND + draw.randrange(10**8))
        for user in sorted(draw.choices(range(1, USERS + 1), k=ROWS))
    ]
    paths = folder / "ratings.dat", folder / "ratings.csv"
    for path, separator in zip(paths, ("::", ",")):
        path.write_text("".join(separator.join(map(str, row)) + "\n" for row in rows))
    return paths
