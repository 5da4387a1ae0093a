#!/usr/bin/python3 -B
# SPDX-License-Identifier: BSD-3-Clause
"""The due times of open loops against the laws in bttbench-job(5), and response times against the due times.

An op starts when it is due, or later: after the op before it, or when the machine was busy. A seed always gives the same
due times. So a due time is the earliest start of an op in several runs with one seed, and on a busy machine more runs
follow, until they change nothing. Only a disturbance of the same op in all runs could move it.
"""

from measure import done, np, ok, plausible, recorded, stats

RATE = 10_000
GAP = 1e9 / RATE
OPS = 5_000
RUNS_MOST = 40


def common(differences):
    """The most common difference in ns: the middle of the shortest range with a fiftieth of them."""
    ordered = np.sort(differences)
    size = len(ordered) // 50
    widths = ordered[size:] - ordered[:-size]
    return ordered[np.argmin(widths) + size // 2]


def lateness(starts, due):
    return starts - due - common(starts - due)


def due_times(threads=1, **keys):
    """The due times of each worker in ns, from about its first op on."""
    due, changed = None, []
    for runs in range(1, RUNS_MOST + 1):
        _, calls = recorded(ops=OPS, threads=threads, rw="randread", rate_iops=RATE, **keys)
        starts = list((calls["start"] - calls["start"].min()).astype(float))
        late = [lateness(*pair) for pair in zip(starts, due or starts)]
        # too many ops late: no common difference, so this run cannot be laid beside the others
        if due and min(np.mean(np.abs(times) < GAP / 100) for times in late) < 0.03:
            due = due if changed else starts
            continue
        if due:
            changed.append(sum(np.sum(times < -GAP / 100) for times in late))
        due = [times + np.minimum(early, 0) for times, early in zip(due or starts, late)]
        if len(changed) >= 2 and sum(changed[-2:]) <= OPS // 2000:
            break
    print(f"# {keys}: {len(changed) + 1} of {runs} runs used")
    return due


def check_poisson(due, claim):
    gaps = np.diff(due) / GAP
    n = len(gaps)
    plausible(stats.kstest(gaps, "expon").pvalue, f"{claim}: gaps are exponential with the mean 1 / rate",
              f"mean gap {gaps.mean():.4f} / rate")
    plausible(stats.pearsonr(gaps[:-1], gaps[1:]).pvalue, "... and do not depend on the gap before")
    counts = np.histogram(due, bins=np.arange(due[0], due[-1], 10 * GAP))[0]
    plausible(stats.chi2.sf(((counts - 10) ** 2 / 10).sum(), len(counts) - 1), "... windows of 10 gaps have Poisson counts")


check_poisson(due_times(arrival="poisson")[0], "arrival=poisson")
check_poisson(due_times(arrival="poisson", seed=2)[0], "another seed")
two = due_times(arrival="poisson", threads=2)
check_poisson(two[0], "the first of two workers")
check_poisson(two[1], "the second one")
plausible(stats.pearsonr(np.diff(two[0]), np.diff(two[1])).pvalue, "... and they do not depend on each other")

# linear; the two clocks agree within 100 ppm
(due,) = due_times(arrival="linear")
off = due - due[0] - np.arange(OPS) * GAP
slope = np.polyfit(np.arange(OPS), due, 1)[0]
ok(abs(slope / GAP - 1) < 1e-4, "arrival=linear: the mean gap is 1 / rate", f"{(slope / GAP - 1) * 1e6:+.1f} ppm")
ok(np.quantile(np.abs(off - np.median(off)), 0.99) < GAP / 50, "... and all gaps are equal",
   f"99 % within {np.quantile(np.abs(off - np.median(off)), 0.99):.0f} ns of their place")
two = due_times(arrival="linear", threads=2)
turn = np.median(two[1] - two[0]) % GAP
ok(abs(turn - GAP / 2) < GAP / 20, "two workers take turns", f"{turn / GAP:.3f} of a gap apart")

# Responses: calls take 5 % to 25 % of a gap, some ten times that, so that queues form. The first run gives the due times.
# 2 us and 0.1 %: an op starts a little after it is due, and the two clocks drift apart during the run.
schedule = due_times(arrival="poisson", seed=3)[0]
result, (calls,) = recorded(ops=OPS, rw="randread", rate_iops=RATE, arrival="poisson", seed=3, spin_ns=5_000)
exact = np.sort(calls["end"] - calls["start"] + lateness(calls["start"], schedule))
response = result["runs"][0]["ops"]["read"]["response_ns"]
for percent, value in response["percentiles"].items():
    want = exact[int(np.ceil(float(percent) / 100 * OPS - 1e-9)) - 1]
    ok(want * 0.999 - 2000 <= value <= want * 1.0089 + 2000, f"response times with a queue: p{percent} is exact",
       f"{value} ns, {want:.0f} from the recorded calls")
ok(abs(response["mean"] - exact.mean()) < 2000 + exact.mean() / 1000, "... and the mean", f"{response['mean']:.0f} ns, {exact.mean():.0f}")
service = result["runs"][0]["ops"]["read"]["service_ns"]["mean"]
wait = lateness(calls["start"], schedule).mean()
ok(abs(response["mean"] - service - wait) < 1000 + wait / 100, "... they are longer than service times by the wait of an op",
   f"{response['mean'] - service:.0f} ns, {wait:.0f}")
done()
