"""The statistics of the dashboard a second time, by numpy and scipy. Cases as a JSON list on stdin, answers as one on stdout."""

import json
import sys

import numpy as np
from scipy import stats


def share(k, n):
    found = stats.binomtest(k, n).proportion_ci(method="wilson")
    return [found.low, found.high]


def density(values, bandwidth, grid):
    places = grid["from"] + grid["step"] * np.arange(grid["count"])
    return stats.norm.pdf(places[:, None], loc=np.asarray(values)[None, :], scale=bandwidth).mean(axis=1).tolist()


def count(probabilities):
    chances = np.array([1.0])
    for p in probabilities:
        chances = np.convolve(chances, [1 - p, p])
    cumulated = np.cumsum(chances)
    return [float(np.sum(probabilities)), *(int(np.argmax(cumulated >= q - 1e-12)) for q in (0.05, 0.95))]


def answer(case):
    x, y = case["x"], case["y"]
    degrees = case["degrees"]
    ends = stats.chi2.ppf([0.975, 0.025], degrees)
    return {
        "share": share(case["k"], case["n"]),
        "deviation": (case["deviation"] * np.sqrt(degrees / ends)).tolist(),
        "count": count(case["probabilities"]),
        "correlation": stats.spearmanr(x, y).statistic,
        "density": density(case["values"], case["bandwidth"], case["grid"]),
    }


json.dump([answer(case) for case in json.load(sys.stdin)], sys.stdout, default=float)
