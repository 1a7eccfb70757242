"""Square dense assignment: writes an OR-Library file of latent-skill or uniform costs, or solves it with scipy.

usage: square.py write SIZE SEED FILE skills|uniform | square.py solve FILE   (prints optimum, CPU seconds, peak MiB)
"""
import resource
import sys
import time

import numpy


def write(size, seed, path, kind):
    rng = numpy.random.default_rng(seed)
    rows = rng.standard_normal((size, 8), dtype=numpy.float32)
    columns = rng.standard_normal((size, 8), dtype=numpy.float32)
    level = rng.standard_normal(size, dtype=numpy.float32)
    with open(path, "w") as out:
        out.write(f"{size}\n")
        for row in rows:
            score = 1 / (1 + numpy.exp(-3 * (0.06 * columns @ row + 0.08 * level)))
            cost = ((1 - score) * 1000000).astype(numpy.int64) + rng.integers(0, 1000, size)
            if kind == "uniform":
                cost = rng.integers(0, 1000000, size)
            out.write(" ".join(map(str, cost.tolist())) + "\n")


def solve(path):
    from scipy.optimize import linear_sum_assignment

    with open(path) as text:
        size = int(text.readline())
        cost = numpy.fromfile(text, dtype=numpy.int64, sep=" ").reshape(size, size)
    start = time.process_time()
    rows, columns = linear_sum_assignment(cost)
    used = time.process_time() - start
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"{cost[rows, columns].sum()}\t{used:.6f}\t{peak:.1f}")


if sys.argv[1] == "write":
    write(int(sys.argv[2]), int(sys.argv[3]), *sys.argv[4:6])
else:
    solve(sys.argv[2])
