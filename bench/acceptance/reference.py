"""The statistics of app/decide a second time, by numpy and scipy. Cases as a JSON list on stdin, answers as one on stdout."""

import json
import sys

import numpy as np
from scipy import special, stats


def pooled(files, sigma, degrees):
    files = [np.asarray(values) for values in files if len(values) > 1]
    squares = degrees * sigma**2 + sum(values.var() * values.size for values in files)
    total = degrees + sum(values.size - 1 for values in files)
    return squares / total, total


def offsets(runs, variance):
    names = np.array([name for name, _ in runs])
    losses = np.array([loss for _, loss in runs])
    groups = {name: losses[names == name] for name in dict.fromkeys(names.tolist())}
    groups = {name: values for name, values in groups.items() if values.size >= 3}
    if len(groups) < 2:
        return {}, 0.0
    counts = np.array([values.size for values in groups.values()])
    means = np.array([values.mean() for values in groups.values()])
    every = np.concatenate(list(groups.values()))
    within = sum(((values - values.mean()) ** 2).sum() for values in groups.values())
    # The sum of squares between groups as what the total has beyond those within.
    between = ((every - every.mean()) ** 2).sum() - within
    tau2 = (between - (len(groups) - 1) * variance) / (counts.sum() - (counts**2).sum() / counts.sum())
    if tau2 <= 0:
        return {}, 0.0
    shrink = 1 / (1 + variance / counts / tau2)
    return dict(zip(groups, (shrink * (means - means.mean())).tolist())), float(tau2)


def log_likelihood_ratio(difference, effect, variance, n, m):
    scale = np.sqrt(variance * (1 / n + 1 / m))
    return ((difference / scale) ** 2 - ((difference - effect) / scale) ** 2) / 2


def answer(case):
    files, candidate, incumbent = case["files"], case["candidate"], [loss for _, loss in case["incumbent"]]
    variance, degrees = pooled(files, case["sigma"], case["degrees"])
    by_machine, tau2 = offsets(case["incumbent"], variance)
    n, m = len(candidate), len(incumbent)
    difference = np.mean(incumbent) - np.mean(candidate)
    own = np.var(candidate, ddof=1) if n > 1 else 0.0
    error = np.hypot(np.sqrt(max(variance, own) / n), np.sqrt(variance / m))
    own_variance, own_degrees = pooled(files, 1.0, 0)
    reach = special.stdtrit(degrees, 0.975) * error
    return {
        "variance": variance,
        "degrees": degrees,
        "priorP": special.chdtr(own_degrees, own_variance * own_degrees / case["sigma"] ** 2),
        "ratio": log_likelihood_ratio(difference, 2 * np.sqrt(variance), variance, n, m),
        "error": error,
        "z": difference / error,
        "low": difference - reach,
        "high": difference + reach,
        "hidden": max(0.0, difference + special.stdtrit(degrees, 0.95) * error),
        "offsets": by_machine,
        "tau2": tau2,
        "percentiles": np.percentile(candidate, [1, 5, 50, 95, 99]).tolist(),
        "normal": special.ndtr(case["x"]),
        "normalQuantile": special.ndtri(case["p"]),
        "studentQuantile": special.stdtrit(degrees, case["p"]),
    }


def welch(cases):
    """One-sided p of every case at once, which scipy does much faster than one by one."""
    moments = []
    for case in cases:
        incumbent, candidate = np.array([loss for _, loss in case["incumbent"]]), np.array(case["candidate"])
        moments.append([f(values) for values in (incumbent, candidate) for f in (np.mean, lambda v: v.std(ddof=1), np.size)])
    return stats.ttest_ind_from_stats(*np.array(moments).T, equal_var=False, alternative="greater").pvalue.tolist()


cases = json.load(sys.stdin)
answers = [answer(case) for case in cases]
repeated = [i for i, case in enumerate(cases) if len(case["candidate"]) > 1]
for i, p in zip(repeated, welch([cases[i] for i in repeated])):
    answers[i]["welchP"] = p
json.dump(answers, sys.stdout, default=float)
