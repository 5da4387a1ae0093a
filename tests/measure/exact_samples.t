#!/usr/bin/python3 -B
# SPDX-License-Identifier: BSD-3-Clause
"""Percentiles, mean, minimum, maximum, standard deviation and histogram against the exact duration of each call.

The stand-in records when it is entered and when it returns. In a closed loop a service time begins between the return of
the last call and the entry, and ends between the return and the entry of the next call. So it is never shorter than the
call (`inner`), and never longer than the time between those two neighbours (`outer`). Every figure must lie between that of
`inner` and that of `outer`. This holds on a busy machine as well, because a preemption is in the records too. `outer` has
the cost of the harness and of the stand-in twice.
"""

import math

from measure import KINDS, done, np, ok, recorded

BUCKET = 1 / 127  # at most 1/128 of the upper bound; a percentile is the upper bound of its bucket
PERCENTILES = [1, 5, 10, 25, 50, 75, 90, 95, 99, 99.5, 99.9, 99.99, 100]
OPS = 20_000


def rank(percent, n):
    """Number of samples at or below the percentile."""
    return max(1, math.ceil(percent * n / 100 - 1e-9))


for clock in ("", "monotonic"):
    result, (calls,) = recorded(ops=OPS, rw="randrw", rwmix="read:50,write:30,zero:20", spin_ns=20_000,
                                percentiles=",".join(map(str, PERCENTILES)), clock=clock)
    # both clocks have steps, and a processor may move a reading a little
    slack_ns = 20 + 2 * math.ceil(result["clock"]["step_ns"])
    inner_all = calls["end"] - calls["start"] - slack_ns
    # the loop begins before the first call and ends after the last one, without a record
    outer_all = np.append(calls["start"][1:], calls["end"][-1] + 100_000) - np.append(calls["start"][0] - 100_000, calls["end"][:-1])
    outer_all += slack_ns
    for kind, name in enumerate(KINDS):
        figures = result["runs"][0]["ops"][name]
        service = figures["service_ns"]
        inner, outer = (np.sort(all_kinds[calls["kind"] == kind]) for all_kinds in (inner_all, outer_all))
        n = len(inner)
        ok(figures["count"] == n, f"{clock or 'default'} clock, {name}: as many ops as calls", n)
        between = np.median(outer - inner)
        ok(between < np.median(inner) / 50, "... the bounds are close", f"{between:.0f} ns apart at the median of {np.median(inner):.0f} ns")
        wrong = []
        for percent in PERCENTILES:
            value, at = service["percentiles"][f"{percent:g}"], rank(percent, n) - 1
            if not inner[at] <= value <= outer[at] * (1 + BUCKET):
                wrong.append(f"p{percent:g}: {value}, not from {inner[at]} to {outer[at]} + 0.8 %")
        ok(not wrong, "... every percentile is exact within a bucket", *wrong)
        ok(inner.mean() <= service["mean"] <= outer.mean(), "... mean",
           f"{service['mean']:.0f}, from {inner.mean():.0f} to {outer.mean():.0f}")
        ok(inner[0] <= service["min"] <= outer[0], "... minimum", f"{service['min']}, from {inner[0]} to {outer[0]}")
        ok(inner[-1] <= service["max"] <= outer[-1], "... maximum", f"{service['max']}, from {inner[-1]} to {outer[-1]}")
        # the triangle inequality for standard deviations; a bucket's middle is within half of its width
        slack = np.sqrt(np.mean((outer_all - inner_all)[calls["kind"] == kind].astype(float) ** 2))
        slack += BUCKET / 2 * np.sqrt(np.mean(outer.astype(float) ** 2))
        ok(abs(service["stddev"] - inner.std()) <= slack, "... standard deviation",
           f"{service['stddev']:.0f}, from the calls {inner.std():.0f}, allowed +- {slack:.0f}")
        low, high, ops = np.array(service["histogram"]["buckets"]).T
        below = np.cumsum(ops)
        ok((np.searchsorted(outer, high, "right") <= below).all() and (below <= np.searchsorted(inner, high, "right")).all(),
           "... the histogram, at the end of each bucket", f"{len(ops)} buckets")
        ok(below[-1] == n and service["histogram"]["sum_ns"] == round(service["mean"] * n), "... its count and its sum")
        ok(((high - low) / high <= BUCKET).all(), "... no bucket is wider than 0.8 %")
done()
