"""Planted label sets with a truth that is known: in the shapes of public ones, and in regimes where methods part.

Usage: shapes.py PERITI [--gold] [--regimes]. SHAPES have the items, workers, classes and labels an item of public sets; REGIMES,
taken with --regimes, go from two classes to fifty, from few who guess to most, from even classes to rare ones.
Prints, tab-separated: claim, accuracy of auto, of the better of majority and Dawid-Skene, difference, mark; with --gold also of
auto with fifty known answers on the others, against auto without.
"""
import json
import pathlib
import subprocess
import sys
import tempfile
import zlib

import numpy as np

from planted import by_confusion, by_ease, by_groups, by_level, by_signal

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

EVEN = {classes: (1,) * classes for classes in (2, 3, 4, 5, 8, 10, 20, 50)}

REGIMES = {  # the same
    "half guess, two classes": (by_confusion, 1500, 100, 6, .8, EVEN[2], (6, 2), .5, .05),
    "half guess, four classes": (by_confusion, 1500, 100, 6, .8, EVEN[4], (6, 2), .5, .05),
    "half guess, ten classes": (by_confusion, 1500, 100, 6, .8, EVEN[10], (6, 2), .5, .05),
    "most guess, five classes": (by_confusion, 1000, 150, 10, .5, EVEN[5], (6, 2), .7, 0),
    "a third guess, uneven classes": (by_confusion, 2000, 120, 5, 1, (.6, .3, .1), (6, 2), .3, .1),
    "three weak labels, two classes": (by_confusion, 2000, 120, 3, .6, EVEN[2], (5, 3), .05, 0),
    "three weak labels, four classes": (by_confusion, 2000, 120, 3, .6, EVEN[4], (5, 4), .05, 0),
    "two labels, five classes": (by_confusion, 2000, 120, 2, .8, EVEN[5], (6, 2.5), .1, .05),
    "two labels a worker, three classes": (by_confusion, 800, 2000, 5, .1, EVEN[3], (6, 2), .15, .1),
    "two labels a worker, eight classes": (by_confusion, 800, 2000, 5, .1, EVEN[8], (6, 2), .15, .1),
    "one in twenty positive": (by_confusion, 3000, 150, 5, 1, (.95, .05), (8, 2), .1, .05),
    "six classes, rare ones": (by_confusion, 2000, 100, 5, .9, (.6, .2, .1, .05, .03, .02), (6, 2), .1, .05),
    "twenty classes": (by_confusion, 2000, 80, 4, .9, EVEN[20], (6, 2.5), .1, .1),
    "twenty classes, eight labels a worker": (by_confusion, 600, 300, 4, .5, EVEN[20], (6, 2.5), .1, .1),
    "fifty classes": (by_confusion, 3000, 100, 5, .9, EVEN[50], (6, 2.5), .1, .1),
    "easy and hard items, two classes": (by_ease, 1000, 80, 7, .8, 2, 1.2, .1, 0),
    "easy and hard items, four classes": (by_ease, 1000, 80, 7, .8, 4, 1.2, .1, 0),
    "easy and hard items, ten classes": (by_ease, 1000, 120, 5, .8, 10, 1.5, .15, 0),
    "adversaries, two classes": (by_ease, 1500, 100, 8, .7, 2, 1.5, .1, .15),
    "adversaries, five classes": (by_ease, 1500, 100, 8, .7, 5, 1.5, .1, .15),
    "groups that copy, two classes": (by_groups, 1200, 40, 8, .7, EVEN[2], (6, 2), .1, 4, .3),
    "groups that copy, three classes": (by_groups, 1200, 60, 6, .7, EVEN[3], (6, 2), .1, 6, .3),
    "a third hard, two classes": (by_confusion, 1000, 60, 8, .8, EVEN[2], (7, 2), .1, .3),
    "a third hard, five classes": (by_confusion, 1000, 60, 8, .8, EVEN[5], (7, 2), .1, .3),
    "a hundred items by threshold": (by_signal, 100, 30, 20, .2, .5, 1.2, .9, .1),
    "a hundred items, four levels": (by_level, 100, 20, 10, .2, EVEN[4], .7, .5, .1),
    "five levels, few labels": (by_level, 1500, 100, 4, .9, (1, 2, 3, 2, 1), .7, .5, .15),
    "seven levels": (by_level, 600, 38, 10, .5, (1, 2, 3, 4, 3, 2, 1), .8, .6, .1),
    "nearly all right": (by_confusion, 1000, 50, 3, .7, EVEN[3], (30, 1.5), .02, .02),
    "six experts": (by_confusion, 200, 6, 6, 0, EVEN[3], (8, 2), 0, .1),
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


def measure_all(periti, kind, shapes, with_gold):
    rows = []
    for name, shape in shapes.items():
        row = measure(periti, name, shape, with_gold)
        rows.append(row)
        tell(f"planted {name}: auto against the better of majority and dawid-skene", *row[:2], "printed")
        if with_gold:
            tell(f"planted {name}: auto with 50 gold against without", *row[2:], "printed")
    means = np.mean(rows, 0)
    tell(f"planted {kind}, mean", *means[:2], "above zero")
    if with_gold:
        tell(f"planted {kind}, mean with 50 gold", *means[2:], "above zero")


def tell(claim, ours, other, mark):
    print(claim, f"{ours:.4f}", f"{other:.4f}", f"{ours - other:+.4f}", mark, sep="\t", flush=True)


def main():
    measure_all(sys.argv[1], "shapes", SHAPES, "--gold" in sys.argv)
    if "--regimes" in sys.argv:
        measure_all(sys.argv[1], "regimes", REGIMES, "--gold" in sys.argv)


main()
