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
        for name in "service_ns", "response_ns":
            check_latency(f"{where}.{name}", op[name], [o[name] for o in ops])
    for name in run["btt"] or {}:
        if name != "per_op":
            check(f"runs[{i}].btt.{name}", run["btt"][name], sum(r["btt"][name] for r in runs))
    check(f"runs[{i}].workers", [w["ops"] for w in run["workers"]], [w["ops"] for r in runs for w in r["workers"]])
    check(f"runs[{i}].elapsed_s", run["elapsed_s"], max(r["elapsed_s"] for r in runs))
sys.exit(failed)
