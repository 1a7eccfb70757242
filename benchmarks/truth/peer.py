"""Dawid-Skene by EM in numpy, vectorised as well as it allows: the peer of bench_truth.

Usage: peer.py FILE ROUNDS numpy|scipy. ROUNDS 0: until a round gains at most 1e-7 of log-likelihood
a label, as ours. Each round gathers the workers' log-rows of every label, sums them by item, takes
one softmax, and sums the posterior by rows: with scipy two products with sparse matrices built once
(loops in C), with numpy alone fancy indexing, reduceat and one weighted bincount a class. Prints:
seconds of processor time, wall seconds, rounds, accuracy, log-likelihood a label, largest resident
set in MiB.
"""
import resource
import sys
import time

import numpy as np


def by_scipy(item, row, items, rows):
    import scipy.sparse as sparse

    gather = sparse.csr_matrix((np.ones(len(item)), (item, row)), shape=(items, rows))
    scatter = gather.T.tocsr()
    return gather.__matmul__, scatter.__matmul__


def by_numpy(item, row, items, rows):
    order = np.argsort(item, kind="stable") if (np.diff(item) < 0).any() else slice(None)
    item, row = item[order], row[order]
    first = np.searchsorted(item, np.arange(items))

    def scatter(posterior):
        spread = posterior[item]
        return np.stack([np.bincount(row, spread[:, k], rows) for k in range(posterior.shape[1])], axis=1)

    return lambda table: np.add.reduceat(table[row], first, axis=0), scatter


def main():
    head = np.fromfile(sys.argv[1], dtype=np.uint32, count=4)
    items, workers, classes, labels = (int(x) for x in head)
    body = np.fromfile(sys.argv[1], dtype=np.uint32, offset=16)
    at = body[:3 * labels].reshape(labels, 3)
    truth = body[3 * labels:]
    rounds_max = int(sys.argv[2])
    start, wall = time.process_time(), time.perf_counter()
    item = at[:, 0].astype(np.int32)
    row = (at[:, 1] * classes + at[:, 2]).astype(np.int32)
    gather, scatter = (by_scipy if sys.argv[3] == "scipy" else by_numpy)(item, row, items, workers * classes)
    votes = np.bincount(item * np.int64(classes) + at[:, 2], minlength=items * classes)
    posterior = votes.reshape(items, classes) / np.bincount(item, minlength=items)[:, None]
    rounds, before = 0, -np.inf
    while True:
        rounds += 1
        count = scatter(posterior).reshape(workers, classes, classes) + .01
        table = np.log(count / count.sum(axis=1, keepdims=True))
        logs = gather(table.reshape(workers * classes, classes))
        logs += np.log((posterior.sum(axis=0) + .01) / (items + .01 * classes))
        top = logs.max(axis=1, keepdims=True)
        logs -= top
        np.exp(logs, out=logs)
        total = logs.sum(axis=1, keepdims=True)
        posterior = logs / total
        likelihood = top.sum() + np.log(total).sum()
        if rounds == rounds_max or (rounds_max == 0 and abs(likelihood - before) <= 1e-7 * labels):
            break
        before = likelihood
    seconds, wall = time.process_time() - start, time.perf_counter() - wall
    right = (posterior.argmax(axis=1) == truth).mean()
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    print(f"{seconds:.6f}\t{wall:.6f}\t{rounds}\t{right:.6f}\t{likelihood / labels:.9f}\t{peak}")


main()
