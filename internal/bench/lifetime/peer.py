"""Measures PyPI lifetimes 0.11.3 on what Senda is measured on.

Reads lines "x t_x T" of calibration histories from the file named first and
prints one JSON object; seconds are the best of several runs.
"""

import json
import sys
import time
import warnings

warnings.filterwarnings("ignore")

import lifetimes  # noqa: E402
import numpy  # noqa: E402
from lifetimes import BetaGeoFitter  # noqa: E402


def best(runs, f):
    seconds = []
    for _ in range(runs):
        start = time.perf_counter()
        f()
        seconds.append(time.perf_counter() - start)
    return min(seconds)


x, last, age = numpy.loadtxt(sys.argv[1], unpack=True)
model = BetaGeoFitter()
fit = best(5, lambda: model.fit(x, last, age))
expected = model.conditional_expected_number_of_purchases_up_to_time
times = 40
many = numpy.tile(x, times), numpy.tile(last, times), numpy.tile(age, times)
scores = best(3, lambda: (expected(39, *many), model.conditional_probability_alive(*many)))
one = best(200, lambda: (expected(39, 2, 30.43, 38.86), model.conditional_probability_alive(2, 30.43, 38.86)))
print(json.dumps({
    "versions": f"lifetimes {lifetimes.__version__}, numpy {numpy.__version__}, Python {sys.version.split()[0]}",
    "fit": fit, "scoresPerSecond": len(many[0]) / scores, "one": one,
}))
