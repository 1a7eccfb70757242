"""How planted label sets come about: functions that draw (item, worker, label, truth) from a numpy generator.

A label is drawn by a confusion matrix of each worker's own, by a signal against a threshold of their own, by a level seen with a
shift, a stretch and a noise, by ability against an item's ease, or copied within a group. Some workers do not look at all.
"""
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


def by_ease(draw, items, workers, labels, tail, classes, ability, spam, adversaries):
    """Right by ability times ease; two errors in five fall on the class that tempts at this item. Adversaries mean to err."""
    truth = draw.integers(0, classes, items)
    ease, able = np.exp(draw.normal(0, .8, items)), draw.normal(ability, .7, workers)
    able[draw.random(workers) < spam] = 0
    against = draw.random(workers) < adversaries
    able[against] = -np.abs(able[against])
    item, worker = who_labels(draw, items, workers, labels, tail)
    right = draw.random(len(item)) < 1 / (1 + (classes - 1) * np.exp(-able[worker] * ease[item]))
    tempting = (truth + draw.integers(1, classes, items)) % classes
    wrong = np.where(draw.random(len(item)) < .4, tempting[item], (truth[item] + draw.integers(1, classes, len(item))) % classes)
    return item, worker, np.where(right, truth[item], wrong), truth


def by_groups(draw, items, workers, labels, tail, prior, skill, spam, groups, share):
    """As by confusion, but a share of the labels is copied from an answer that the worker's group passes around."""
    item, worker, label, truth = by_confusion(draw, items, workers, labels, tail, prior, skill, spam, .05)
    right = draw.random((groups, items)) < .7
    passed = np.where(right, truth, (truth + draw.integers(1, len(prior), (groups, items))) % len(prior))
    group = draw.integers(0, groups, workers)
    return item, worker, np.where(draw.random(len(item)) < share, passed[group[worker], item], label), truth
