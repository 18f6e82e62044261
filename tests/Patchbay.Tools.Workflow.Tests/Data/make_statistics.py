"""Computes the stored cases of statistics.json with scipy and numpy: /usr/bin/python3 make_statistics.py > statistics.json"""
import json
import math

import numpy
import scipy
from scipy import stats

Z = 1.959964
random = numpy.random.default_rng(20260115)


def wilson(k, n):
    p = k / n
    denominator = 1 + Z * Z / n
    centre = (p + Z * Z / (2 * n)) / denominator
    half = Z * math.sqrt(p * (1 - p) / n + Z * Z / (4 * n * n)) / denominator
    exact = stats.binomtest(k, n).proportion_ci(method="wilson")
    # scipy takes z with all its digits.
    assert abs(centre - half - exact.low) < 1e-7 and abs(centre + half - exact.high) < 1e-7
    return [0 if k == 0 else centre - half, 1 if k == n else centre + half]


def newcombe(a, n, b, m):
    low1, high1 = wilson(a, n)
    low2, high2 = wilson(b, m)
    p1, p2 = a / n, b / m
    return [p2 - p1, p2 - p1 - math.hypot(p2 - low2, high1 - p1), p2 - p1 + math.hypot(high2 - p2, p1 - low1)]


def two_proportions(a, n, b, m):
    pooled = (a + b) / (n + m)
    z = (b / m - a / n) / math.sqrt(pooled * (1 - pooled) * (1 / n + 1 / m))
    return 2 * stats.norm.sf(abs(z))


def benjamini_hochberg(p):
    """By the definition: the least of p(k) n / k over all ranks k from its own on."""
    order = sorted(p)
    n = len(p)
    return [min(order[k] * n / (k + 1) for k in range(order.index(x), n)) for x in p]


def samples():
    yield [1, 2, 3, 4, 5], [2, 3, 4, 5, 6]
    yield [7] * 20, [7] * 25 + [8]
    for n, m, shift, spread in [(20, 20, 0, 5), (21, 34, 3, 4), (200, 180, 10, 60), (60, 61, -20, 1000), (500, 400, 0, 1000000), (1000, 1000, 60, 500)]:
        yield random.integers(1, spread + 1, n).tolist(), (random.integers(1, spread + 1, m) + shift).tolist()


def two_sample(a, b):
    test = stats.mannwhitneyu(a, b, alternative="two-sided", method="asymptotic")
    return {"a": a, "b": b, "u": test.statistic, "p": test.pvalue, "shift": float(numpy.median(numpy.subtract.outer(numpy.array(b), numpy.array(a))))}


def one_sample(values):
    return {
        "values": values,
        "percentiles": {str(p): float(numpy.percentile(values, p)) for p in (0, 1, 50, 90, 95, 99, 100)},
        "mean": float(numpy.mean(values)),
        "stdev": float(numpy.std(values)),
        "mad": float(stats.median_abs_deviation(values)),
    }


pvalues = random.uniform(0, 0.2, 17).tolist() + [0.01, 0.01, 1.0]
print(json.dumps({
    "made_with": f"scipy {scipy.__version__}, numpy {numpy.__version__}",
    "two_samples": [two_sample(a, b) for a, b in samples()],
    "one_sample": [one_sample(random.integers(0, 10**k, n).tolist()) for k, n in [(1, 1), (2, 2), (3, 7), (9, 100), (12, 1001), (2, 2500)]],
    "wilson": [{"k": k, "n": n, "interval": wilson(k, n)} for k, n in [(0, 1), (1, 1), (5, 6), (80, 100), (0, 50), (999, 1000)]],
    "proportions": [
        {"a": a, "n": n, "b": b, "m": m, "newcombe": newcombe(a, n, b, m), "p": two_proportions(a, n, b, m)}
        for a, n, b, m in [(1, 20, 9, 20), (10, 100, 30, 100), (0, 40, 3, 30), (500, 1000, 520, 900)]
    ],
    "p_values": pvalues,
    "q_values": benjamini_hochberg(pvalues),
}))
