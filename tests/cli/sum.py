#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
"""sum.py MERGED PART... -- is every figure of a merged result the sum of its parts, bucket by bucket? Silent if so.

Shares no code with bench/. Run i of the merged result belongs to run i of every part.
"""
import json
import sys

failed = 0


def check(where, got, want):
    global failed
    if got != want:
        print(f"{where}: is {got}, the sum of the parts is {want}")
        failed = 1


def buckets(latency):
    return {(low, high): n for low, high, n in latency["histogram"]["buckets"]} if latency else {}


def check_latency(where, merged, parts):
    want = {}
    for part in parts:
        for bounds, n in buckets(part).items():
            want[bounds] = want.get(bounds, 0) + n
    check(where + ".buckets", buckets(merged), want)
    known = [p for p in parts if p]
    check(where, merged is not None, bool(known))
    if not known or not merged:
        return
    for name in "over", "sum_ns":
        check(f"{where}.{name}", merged["histogram"][name], sum(p["histogram"][name] for p in known))
    check(where + ".min", merged["min"], min(p["min"] for p in known))
    check(where + ".max", merged["max"], max(p["max"] for p in known))
    count = sum(n for _, _, n in merged["histogram"]["buckets"]) + merged["histogram"]["over"]
    check(where + ".mean", round(merged["mean"] * count), merged["histogram"]["sum_ns"])


def check_errnos(where, merged, parts):
    want = {}
    for e in (e for part in parts for e in part):
        known = want.setdefault(e["errno"], dict(e, count=0))
        known["count"] += e["count"]
        if e["first_ns"] < known["first_ns"]:
            known.update(first_ns=e["first_ns"], first_lba=e["first_lba"])
    check(where, {e["errno"]: e for e in merged}, want)


def check_sums(where, merged, parts, sums, largest=()):
    known = [p for p in parts if p]
    check(where, merged is not None, bool(known))
    for name in sums if known and merged else ():
        want = sum(p[name] for p in known)
        check(f"{where}.{name}", round(merged[name], 6), round(want, 6))
    for name in largest if known and merged else ():
        check(f"{where}.{name}", merged[name], max((p[name] for p in known if p[name] is not None), default=None))


merged, *parts = [json.load(open(name)) for name in sys.argv[1:]]
check("hosts", [h["id"] for h in merged["hosts"]], [p["id"] for p in parts])
for part in parts:
    check("runs", len(merged["runs"]), len(part["runs"]))
for i, run in enumerate(merged["runs"]):
    runs = [p["runs"][i] for p in parts]
    for kind, op in run["ops"].items():
        ops = [r["ops"][kind] for r in runs]
        where = f"runs[{i}].ops.{kind}"
        for name in "count", "errors":
            check(f"{where}.{name}", op[name], sum(o[name] for o in ops))
        for name in "iops", "bytes_per_s":
            want = sum(o[name] for o in ops)
            check(f"{where}.{name}", abs(op[name] - want) <= 1e-9 * want, True)
        check_errnos(f"{where}.errnos", op["errnos"], [o["errnos"] for o in ops])
        for name in "service_ns", "response_ns", "batch_ns":
            check_latency(f"{where}.{name}", op[name], [o[name] for o in ops])
    where = f"runs[{i}]"
    check_sums(f"{where}.btt", run["btt"], [r["btt"] for r in runs], [n for n in run["btt"] or {} if n != "per_op"])
    check_sums(f"{where}.pace", run["pace"], [r["pace"] for r in runs], ["target_iops", "achieved_iops", "unstarted"],
               ["behind_ns_max", "error"])
    check_sums(f"{where}.disturbance", run["disturbance"], [r["disturbance"] for r in runs], (), ["steal_s", "throttled_s"])
    verified = [r["verify"] for r in runs if r["verify"]]
    numbers = [n for n, value in (run["verify"] or {}).items() if type(value) is int]
    check_sums(f"{where}.verify", run["verify"], verified, numbers)
    if verified and run["verify"]:
        check_sums(f"{where}.verify.counts", run["verify"]["counts"], [v["counts"] for v in verified], run["verify"]["counts"])
        check(f"{where}.verify.layout_consistent", run["verify"]["layout_consistent"],
              all(v["layout_consistent"] for v in verified))
    check(f"{where}.interrupted", run["interrupted"], any(r["interrupted"] for r in runs))
    for name in "ops", "errors", "lane", "strays":
        check(f"{where}.workers.{name}", [w[name] for w in run["workers"]], [w[name] for r in runs for w in r["workers"]])
    check(f"{where}.elapsed_s", run["elapsed_s"], max(r["elapsed_s"] for r in runs))
sys.exit(failed)
