"""Dawid-Skene by EM in numpy and scipy, vectorised as well as they allow: the peer of bench_truth.

Each round is two sparse products (labels to items, items to worker rows), one log and one
softmax; the sparse matrices are built once. Usage: peer.py FILE ROUNDS. Prints: seconds of
processor time, rounds, accuracy, largest resident set in MiB.
"""
import resource
import sys
import time

import numpy as np
import scipy.sparse as sparse


def main():
    head = np.fromfile(sys.argv[1], dtype=np.uint32, count=4)
    items, workers, classes, labels = (int(x) for x in head)
    body = np.fromfile(sys.argv[1], dtype=np.uint32, offset=16)
    at = body[:3 * labels].reshape(labels, 3)
    truth = body[3 * labels:]
    start = time.process_time()
    item = at[:, 0].astype(np.int32)
    row = (at[:, 1] * classes + at[:, 2]).astype(np.int32)
    ones = np.ones(labels)
    gather = sparse.csr_matrix((ones, (item, row)), shape=(items, workers * classes))
    scatter = gather.T.tocsr()
    votes = np.bincount(item * np.int64(classes) + at[:, 2], minlength=items * classes)
    posterior = votes.reshape(items, classes) / np.bincount(item, minlength=items)[:, None]
    rounds = int(sys.argv[2])
    for _ in range(rounds):
        count = (scatter @ posterior).reshape(workers, classes, classes) + .01
        table = np.log(count / count.sum(axis=1, keepdims=True))
        logs = gather @ table.reshape(workers * classes, classes)
        logs += np.log((posterior.sum(axis=0) + .01) / (items + .01 * classes))
        logs -= logs.max(axis=1, keepdims=True)
        np.exp(logs, out=logs)
        posterior = logs / logs.sum(axis=1, keepdims=True)
    seconds = time.process_time() - start
    right = (posterior.argmax(axis=1) == truth).mean()
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    print(f"{seconds:.6f}\t{rounds}\t{right:.6f}\t{peak}")


main()
