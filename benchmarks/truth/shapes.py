"""Planted label sets in the shapes of public ones: so many items, workers, classes and labels an item, with a truth that is known.

Usage: shapes.py PERITI [--gold]. Three ways of erring: a confusion matrix of each worker's own with hard items that draw many to
the same wrong class; signals beside each worker's own threshold; levels seen with a shift, a stretch and a noise. Some workers
do not look at all. Prints, tab-separated: claim, accuracy of auto, of the better of majority and Dawid-Skene, difference, mark;
with --gold also of auto with fifty known answers on the others, against auto without.
"""
import json
import pathlib
import subprocess
import sys
import tempfile
import zlib

import numpy as np


def who_labels(draw, items, workers, labels, tail):
    """A few busy workers and many idle ones; nobody labels an item twice."""
    share = np.log((np.arange(workers) + 3.0) ** -tail) + draw.normal(0, .5, workers)
    counts = np.minimum(np.floor(labels + draw.random(items)).astype(int), workers)
    chosen = [np.argsort(share + draw.gumbel(size=workers))[-count:] for count in counts]
    return np.repeat(np.arange(items), counts), np.concatenate(chosen)


def pick(draw, rows):
    return (draw.random(len(rows))[:, None] > np.cumsum(rows, 1)[:, :-1]).sum(1)


def by_confusion(draw, items, workers, labels, tail, prior, skill, spam, hard):
    classes, prior = len(prior), np.array(prior) / sum(prior)
    truth = draw.choice(classes, items, p=prior)
    usual = draw.dirichlet(np.full(classes, .7), classes)
    right = np.clip(draw.beta(*skill, workers)[:, None] + .12 * draw.normal(size=(workers, classes)), .02, .995)
    wrong = .5 * usual + .5 * draw.dirichlet(np.full(classes, .7), (workers, classes))
    wrong[:, np.arange(classes), np.arange(classes)] = 0
    matrix = wrong / wrong.sum(2, keepdims=True) * (1 - right)[:, :, None]
    matrix[:, np.arange(classes), np.arange(classes)] = right
    lazy = draw.random(workers) < spam
    matrix[lazy] = draw.dirichlet(np.full(classes, .5), lazy.sum())[:, None, :]
    item, worker = who_labels(draw, items, workers, labels, tail)
    rows = matrix[worker, truth[item]]
    tempting = (truth + draw.integers(1, classes, items)) % classes
    drawn = (draw.random(items) < hard)[item]
    rows[drawn] *= .45
    rows[drawn, tempting[item[drawn]]] += .55
    return item, worker, pick(draw, rows), truth


def by_signal(draw, items, workers, labels, tail, prior, distance, threshold, spam):
    truth = (draw.random(items) < prior).astype(int)
    signal = (truth - .5) * distance + draw.normal(0, .4, items)
    item, worker = who_labels(draw, items, workers, labels, tail)
    gain, bias = np.exp(draw.normal(0, .5, workers)), draw.normal(0, threshold, workers)
    label = (signal[item] * gain[worker] + bias[worker] + draw.normal(size=len(item)) > 0).astype(int)
    lapse = draw.random(len(item)) < draw.beta(1, 1 / spam - 1, workers)[worker]
    return item, worker, np.where(lapse, draw.integers(0, 2, len(item)), label), truth


def by_level(draw, items, workers, labels, tail, prior, noise, shift, spam):
    classes, middle = len(prior), (len(prior) - 1) / 2
    truth = draw.choice(classes, items, p=np.array(prior) / sum(prior))
    seen = truth + draw.normal(0, .3, items) - middle
    item, worker = who_labels(draw, items, workers, labels, tail)
    stretch, noises = np.exp(draw.normal(0, .3, workers)), noise * np.exp(draw.normal(0, .5, workers))
    level = seen[item] * stretch[worker] + draw.normal(0, shift, workers)[worker] + noises[worker] * draw.normal(size=len(item))
    label = np.clip(np.round(level + middle), 0, classes - 1).astype(int)
    lazy = (draw.random(workers) < spam)[worker]
    habit = draw.dirichlet(np.full(classes, .5), workers)
    label[lazy] = pick(draw, habit[worker[lazy]])
    return item, worker, label, truth


SHAPES = {  # items, workers, labels an item, how uneven the workers; then what the kind needs
    "birds, dense, own thresholds": (by_signal, 108, 39, 39, 0, .45, 1.4, .9, .1),
    "faces, four classes, few workers": (by_confusion, 584, 27, 9, .5, (1, 1, 1, 1), (5, 3), .05, .35),
    "dogs, four classes": (by_confusion, 807, 109, 10, .8, (1, 1, 1, 1), (6, 2.5), .1, .12),
    "tweets, five classes, one label a worker and class": (by_confusion, 300, 461, 5.7, .6, (6, 5, 4, 4, 1), (8, 2.5), .05, .1),
    "tweets, five classes, paid": (by_confusion, 300, 110, 20, 1.1, (6, 5, 4, 4, 1), (5, 3), .15, .15),
    "music, ten classes": (by_confusion, 700, 44, 4.2, 1.1, (1,) * 10, (4, 2.5), .1, .12),
    "products, 12 % positive": (by_confusion, 8315, 176, 3, 1.1, (.88, .12), (9, 1.5), .05, .06),
    "entailment": (by_confusion, 800, 164, 10, 1.1, (1, 1), (6, 1.6), .1, .05),
    "order of events": (by_confusion, 462, 76, 10, 1.1, (.56, .44), (7, 1.6), .1, .04),
    "sentiment, twenty labels": (by_confusion, 1000, 85, 20, .9, (1, 1), (6, 2), .1, .06),
    "sentiment, five labels": (by_confusion, 4999, 203, 5.55, 1.1, (1, 1), (7, 2), .12, .08),
    "relevance of documents, many guess": (by_confusion, 6000, 240, 4.6, 1.1, (.6, .4), (4, 2.2), .25, .1),
    "entities, a fifth positive": (by_signal, 2040, 78, 10, .9, .2, 1.6, .7, .1),
    "entities, a fifth positive, weak crowd": (by_signal, 2040, 25, 5.2, .7, .2, 1.1, .8, .2),
    "relevance of pages, five levels": (by_level, 2665, 177, 5.85, 1.1, (2, 3, 5, 5, 5), .6, .4, .2),
    "content for adults, four levels": (by_level, 333, 269, 10, 1.1, (11, 4, 2, 3), .6, .4, .15),
    "facts, three classes": (by_confusion, 8000, 57, 5, 1, (.78, .19, .03), (9, 1.5), .03, .06),
}


def accuracy(periti, folder, *words, hidden=None):
    """As the command scores it; of `hidden` items alone by its file of answers."""
    out = folder / "answers.csv"
    said = json.loads(subprocess.run([periti, "truth", folder / "labels.csv", "--truth", folder / "truth.csv", "--out", out, "--json",
                                      *words], check=True, capture_output=True, text=True).stdout)
    if hidden is None:
        return said["accuracy"]
    given = dict(row.split(",")[:2] for row in out.read_text().splitlines()[1:])
    return float(np.mean([given[str(item)] == str(want) for item, want in hidden]))


def measure(periti, name, shape, with_gold):
    draw = np.random.default_rng(zlib.crc32(name.encode()))
    item, worker, label, truth = shape[0](draw, *shape[1:])
    with tempfile.TemporaryDirectory() as place:
        folder = pathlib.Path(place)
        order = draw.permutation(len(item))
        (folder / "labels.csv").write_text("item,worker,label\n" + "".join(f"{item[i]},{worker[i]},{label[i]}\n" for i in order))
        (folder / "truth.csv").write_text("item,truth\n" + "".join(f"{i},{t}\n" for i, t in enumerate(truth)))
        ours = accuracy(periti, folder)
        best = max(accuracy(periti, folder, "--method", method) for method in ("majority", "dawid-skene"))
        known = draw.permutation(len(truth))
        (folder / "gold.csv").write_text("item,truth\n" + "".join(f"{i},{truth[i]}\n" for i in known[:50]))
        hidden = [(i, truth[i]) for i in known[50:]]
        gold = [accuracy(periti, folder, *words, hidden=hidden) for words in (("--gold", folder / "gold.csv"), ())] if with_gold else []
    return [ours, best, *gold]


def main():
    rows = []
    for name, shape in SHAPES.items():
        row = measure(sys.argv[1], name, shape, "--gold" in sys.argv)
        rows.append(row)
        print(f"planted {name}: auto against the better of majority and dawid-skene", f"{row[0]:.4f}", f"{row[1]:.4f}",
              f"{row[0] - row[1]:+.4f}", "printed", sep="\t", flush=True)
        if len(row) > 2:
            print(f"planted {name}: auto with 50 gold against without", f"{row[2]:.4f}", f"{row[3]:.4f}",
                  f"{row[2] - row[3]:+.4f}", "printed", sep="\t", flush=True)
    means = np.mean(rows, 0)
    print("planted shapes, mean", f"{means[0]:.4f}", f"{means[1]:.4f}", f"{means[0] - means[1]:+.4f}", "above zero", sep="\t")
    if len(means) > 2:
        print("planted shapes, mean with 50 gold", f"{means[2]:.4f}", f"{means[3]:.4f}", f"{means[2] - means[3]:+.4f}", "above zero", sep="\t")


main()
