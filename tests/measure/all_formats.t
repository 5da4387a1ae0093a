#!/usr/bin/python3 -B
# SPDX-License-Identifier: BSD-3-Clause
"""Counts, rates, means and percentiles in every format against those computed here from the histograms in JSON.

Each run writes JSON, CSV and HdrHistogram files, and one of the other formats to standard output. Several jobs, kinds of
ops and repeats; a closed and an open loop. Every value must agree within the digits that its format prints.
"""

import csv
import json
import math
import os
import re
import statistics
from fractions import Fraction

from measure import KINDS, T, bttbench, done, ok

BLOCK = 4096
JOB = """
[global]
oversubscribe=1
stonewall=1
[closed]
rw=randrw
threads=2
ops=20000
percentiles=10,50,99,99.9
[open]
rw=randread
rate_iops=20k
ops=4000
"""
FIO_KINDS = {"read": "read", "write": "write", "zero": "trim"}
wrong = []
step_ns = 0


def same(where, got, want, tolerance=None):
    """Numbers agree within the tolerance, or the digits of a double."""
    if got is None or abs(got - want) > (1e-12 * abs(want) if tolerance is None else tolerance):
        wrong.append(f"{where}: {got}, not {want}")


def all_same(claim):
    ok(not wrong, claim, *wrong[:10])
    wrong.clear()


class Times:
    """A distribution. Percentiles are exact ranks, in fractions."""

    def __init__(self, *latencies):
        counts = {}
        for latency in latencies:
            for low, high, ops in latency["histogram"]["buckets"]:
                counts[low, high] = counts.get((low, high), 0) + ops
        self.buckets = sorted((low, high, ops) for (low, high), ops in counts.items())
        self.count = sum(counts.values())
        self.min, self.max = min(x["min"] for x in latencies), max(x["max"] for x in latencies)
        self.sum = sum(x["histogram"]["sum_ns"] for x in latencies)
        self.mean = self.sum / self.count
        self.stddev = math.sqrt(sum(ops * ((low + high) / 2 - self.mean) ** 2 for low, high, ops in self.buckets) / self.count)

    def percentile(self, percent):
        left = max(1, math.ceil(Fraction(str(percent)) * self.count / 100))
        for _, high, ops in self.buckets:
            left -= ops
            if left <= 0:
                return min(high, self.max)
        raise ValueError(percent)


class Run:
    def __init__(self, result, run):
        (section,) = (s for s in result["job"]["sections"] if s["name"] == run["job"])
        self.name, self.job, self.repeat = f"{run['job']} {run['repeat']}", run["job"], run["repeat"]
        self.percents = section["keys"]["percentiles"].split(",")
        self.is_good = run["status"] not in ("invalid", "inconclusive")
        self.elapsed_s = run["elapsed_s"]
        self.ops = {kind: op for kind, op in run["ops"].items() if op["count"]}
        self.times = {(kind, times): Times(op[f"{times}_ns"])
                      for kind, op in self.ops.items() for times in ("service", "response") if op[f"{times}_ns"]}
        self.iops = {kind: op["count"] / self.elapsed_s for kind, op in self.ops.items()}


def check_json(runs):
    for run in runs:
        for kind, op in run.ops.items():
            where = f"{run.name} {kind}"
            same(f"{where} iops", op["iops"], run.iops[kind])
            same(f"{where} bytes_per_s", op["bytes_per_s"], run.iops[kind] * BLOCK)
        for (kind, times), want in run.times.items():
            where, latency = f"{run.name} {kind} {times}", run.ops[kind][f"{times}_ns"]
            same(f"{where} count", run.ops[kind]["count"], want.count)
            for figure in ("min", "mean", "stddev", "max"):
                same(f"{where} {figure}", latency[figure], getattr(want, figure), 1e-9 * want.max)
            same(f"{where} percentiles", len(latency["percentiles"]), len(run.percents))
            for percent in run.percents:
                same(f"{where} p{percent}", latency["percentiles"][percent], want.percentile(percent))


def check_csv(runs, path):
    with open(path, newline="", encoding="utf-8") as file:
        rows = {(row["job"], int(row["repeat"]), row["op"]): row for row in csv.DictReader(file)}
    same("rows", len(rows), sum(len(run.ops) for run in runs))
    for run in runs:
        for kind, op in run.ops.items():
            row, where = rows[run.job, run.repeat, kind], f"{run.name} {kind}"
            for column, want in (("count", op["count"]), ("iops", run.iops[kind]), ("elapsed_s", run.elapsed_s),
                                 ("bytes_per_s", run.iops[kind] * BLOCK)):
                same(f"{where} {column}", float(row[column]), want)
        for (kind, times), want in run.times.items():
            row, where = rows[run.job, run.repeat, kind], f"{run.name} {kind} {times}"
            for figure in ("min", "mean", "stddev", "max"):
                same(f"{where} {figure}", float(row[f"{times}_{figure}_ns"]), getattr(want, figure), 1e-9 * want.max)
            for percent in run.percents:
                same(f"{where} p{percent}", float(row[f"{times}_p{percent}_ns"]), want.percentile(percent))


def check_hgrm(runs, prefix):
    keys = {(run.job, *key) for run in runs for key in run.times}
    for job, kind, times in keys:
        name = f"{job}.{kind}" + (".response" if times == "response" else "")
        want = Times(*(run.ops[kind][f"{times}_ns"] for run in runs if run.job == job))
        with open(f"{prefix}.{name}.hgrm", encoding="utf-8") as file:
            text = file.read()
        upto, seen = {}, 0
        for _, high, ops in want.buckets:
            upto[seen + ops] = (seen, min(high, want.max))
            seen += ops
        lines = re.findall(r"^ *([\d.]+) ([\d.]+) +(\d+)(?: +[\d.]+)?$", text, re.M)
        for value, share, total in lines:
            before, high = upto.get(int(total), (None, 0))
            same(f"{name} value of {total} ops", float(value) * 1000, high, 1e-3)
            if before is None or not before - 1e-6 <= float(share) * want.count <= int(total) + 1e-6:
                wrong.append(f"{name}: share {share} of {want.count} ops in the bucket from {before} to {total}")
        same(f"{name} lines", len(lines) > 10, True)
        figures = {key: float(value) for key, value in re.findall(r"(\w[\w ]*?) *= *([\d.]+)", text)}
        for key, figure in (("Mean", want.mean), ("StdDeviation", want.stddev), ("Max", want.max)):
            same(f"{name} {key}", figures[key] * 1000, figure, 0.51)
        same(f"{name} Total count", figures["Total count"], want.count)


def check_fio(runs, text):
    jobs = json.loads(text)["jobs"]
    same("jobs", len(jobs), len(runs))
    for run, job in zip(runs, jobs):
        for kind, op in run.ops.items():
            where, fio = f"{run.name} {kind}", job[FIO_KINDS[kind]]
            same(f"{where} total_ios", fio["total_ios"], op["count"])
            same(f"{where} iops", fio["iops"], run.iops[kind])
            same(f"{where} bw_bytes", fio["bw_bytes"], run.iops[kind] * BLOCK, 0.5)
            for clat, want in ((fio["clat_ns"], run.times[kind, "service"]),
                               (fio["lat_ns"], run.times.get((kind, "response"), run.times[kind, "service"]))):
                same(f"{where} N", clat["N"], want.count)
                for figure in ("min", "mean", "stddev", "max"):
                    same(f"{where} {figure}", clat[figure], getattr(want, figure), 1e-9 * want.max)
                for percent, value in clat.get("percentile", {}).items():
                    same(f"{where} p{percent}", value, want.percentile(percent))
                for low, high, ops in want.buckets if "bins" in clat else []:
                    same(f"{where} bin of {low}", clat["bins"].get(str(low + (high - low + 1) // 2)), ops)
            same(f"{where} percentiles", len(fio["clat_ns"]["percentile"]) >= 4, True)


def check_bmf(runs, text):
    benchmarks = json.loads(text)
    good = [run for run in runs if run.is_good]
    same("benchmarks", len(benchmarks), len({(run.job, kind) for run in good for kind in run.ops}))
    for name, measures in benchmarks.items():
        job, kind = name.split("/")
        mine = [run for run in good if run.job == job]
        want = {"throughput": [run.iops[kind] for run in mine]}
        for prefix, times in (("latency", "service"), ("response", "response")):
            distributions = [run.times[kind, times] for run in mine if (kind, times) in run.times]
            if distributions:
                want[prefix] = [d.mean for d in distributions]
                for percent in mine[0].percents:
                    want[f"{prefix}-p{percent.replace('.', '-')}"] = [d.percentile(percent) for d in distributions]
        same(f"{name} measures", len(measures), len(want))
        for measure, values in want.items():
            same(f"{name} {measure}", measures[measure]["value"], statistics.median(values))
            if len(values) > 1:
                same(f"{name} {measure} low", measures[measure]["lower_value"], min(values))
                same(f"{name} {measure} high", measures[measure]["upper_value"], max(values))


def check_openmetrics(runs, text):
    samples = {}
    for name, labels, value in re.findall(r"^bttbench_(\w+)\{(.*)\} (\S+)", text, re.M):
        label = dict(re.findall(r'(\w+)="(.*?)"', labels))
        samples[name, label.get("job_name"), label.get("repeat"), label.get("op"), label.get("quantile")] = float(value)
    for run in runs:
        key = run.job, str(run.repeat)
        for kind, op in run.ops.items():
            for name, want in (("ops", op["count"]), ("iops", run.iops[kind]), ("bandwidth_bytes_per_second", run.iops[kind] * BLOCK)):
                same(f"{run.name} {kind} {name}", samples.get((name, *key, kind, None)), want)
        for (kind, times), want in run.times.items():
            name, where = f"{times}_seconds", f"{run.name} {kind} {times}"
            same(f"{where} sum", samples.get((f"{name}_sum", *key, kind, None)), want.sum / 1e9)
            same(f"{where} count", samples.get((f"{name}_count", *key, kind, None)), want.count)
            same(f"{where} maximum", samples.get((name, *key, kind, "1.0")), want.max / 1e9)
            for percent in run.percents:
                quantile = f"{float(Fraction(percent) / 100):.10g}"
                same(f"{where} p{percent}", samples.get((name, *key, kind, quantile)), want.percentile(percent) / 1e9)


UNITS = {"": 1, "k": 1e3, "M": 1e6, "G": 1e9, "B/s": 1, "kB/s": 1e3, "MB/s": 1e6, "GB/s": 1e9, "ns": 1, "us": 1e3,
         "ms": 1e6, "s": 1e9, "%": 1}


def human(where, text, want):
    """The text is `want` rounded to the digits that it has; a mean is first rounded to whole steps of the clock."""
    match = re.fullmatch(r"(\d+(?:\.(\d+))?)([a-zA-Z/%]*)", text)
    if not match:
        wrong.append(f"{where}: {text}, not {want}")
        return
    unit = UNITS[match[3]]
    step = max(1, step_ns) / 2 if match[3].endswith("s") and "/" not in match[3] else 0
    same(f"{where} '{text}'", float(match[1]) * unit, want, 0.5001 * 10 ** -len(match[2] or "") * unit + step)


def check_text(runs, text):
    """One repeat: tables of the ops and of their latencies."""
    parts = re.split(r"^run +job '(\w+)'", text, flags=re.M)
    for run, name, part in zip(runs, parts[1::2], parts[2::2]):
        same(f"{name}: order", name == run.job, True)
        rows = [line.split() for line in part.splitlines()]
        ops = next(i for i, row in enumerate(rows) if row[:2] == ["op", "ops"])
        for kind, op in run.ops.items():
            row = next(row for row in rows[ops:] if row and row[0] == kind)
            same(f"{run.name} {kind} ops", float(row[1]), op["count"])
            human(f"{run.name} {kind} IOPS", row[2], run.iops[kind])
            human(f"{run.name} {kind} bandwidth", row[3], run.iops[kind] * BLOCK)
        head = next(i for i, row in enumerate(rows) if row[:1] == ["latency"])
        kind = None
        for row in rows[head + 1:]:
            if not row:
                break
            kind = kind if row[0] == "response" else row[0]
            want = run.times[kind, "response" if row[0] == "response" else "service"]
            for column, cell in zip(rows[head][1:], row[1:]):
                value = getattr(want, column, None) if column[0] == "m" else want.percentile(column[1:])
                human(f"{run.name} {row[0]} {column}", cell, value)


def check_medians(runs, text):
    """Several repeats: one table with medians and spreads."""
    parts = re.split(r"^run +job '(\w+)'", text, flags=re.M)
    for job, part in zip(parts[1::2], parts[2::2]):
        mine = [run for run in runs if run.job == job]
        mine = [run for run in mine if run.is_good] or mine
        rows = [line.split() for line in part.splitlines()]
        head = next(i for i, row in enumerate(rows) if row[:1] == ["median"])
        kinds = [name for name in rows[head][1:] if name != "spread"]
        times = "service"
        for row in rows[head + 1:]:
            if not row:
                break
            if len(row) == 1:
                times = "response" if row[0] == "response" else "service"
                continue
            for kind, cell, spread in zip(kinds, row[1::2], row[2::2]):
                where = f"{job} {kind} {times} {row[0]}"
                if row[0] in ("IOPS", "bandwidth"):
                    values = [sum(run.iops.values()) if kind == "total" else run.iops[kind] for run in mine]
                    values = [value * (BLOCK if row[0] == "bandwidth" else 1) for value in values]
                else:
                    values = [run.times[kind, times] for run in mine]
                    values = [getattr(d, row[0], None) if row[0][0] == "m" else d.percentile(row[0][1:]) for d in values]
                middle = statistics.median(values)
                human(where, cell, middle)
                if len(values) > 1:
                    human(f"{where} spread", spread, 100 * statistics.median(abs(v - middle) for v in values) / middle)


CHECKS = {"fio-json": check_fio, "fio-json+": check_fio, "bmf": check_bmf, "openmetrics": check_openmetrics}
job_path, csv_path, prefix = (os.path.join(T, name) for name in ("formats.job", "rows.csv", "times"))
with open(job_path, "w", encoding="utf-8") as job_file:
    job_file.write(JOB)
assert set(KINDS) == set(FIO_KINDS)
for format_name, repeat in (("text", 1), ("text", 3), ("fio-json", 2), ("fio-json+", 1), ("bmf", 1), ("bmf", 4), ("openmetrics", 3)):
    if os.path.exists(csv_path):
        os.unlink(csv_path)
    result = bttbench(job_path, "dram:32M", f"--format={format_name}", f"--append={csv_path}", f"--hgrm={prefix}", repeat=repeat)
    step_ns = result["clock"]["step_ns"]
    runs = [Run(result, run) for run in result["runs"]]
    check_json(runs)
    all_same(f"{format_name}, {repeat} repeats: the figures in JSON are those of its histograms")
    check_csv(runs, csv_path)
    all_same("... csv has the same")
    check_hgrm(runs, prefix)
    all_same("... hgrm has the same, of all repeats")
    check = CHECKS.get(format_name) or (check_text if repeat == 1 else check_medians)
    check(runs, result["stdout"])
    all_same(f"... {format_name} has the same")
done()
