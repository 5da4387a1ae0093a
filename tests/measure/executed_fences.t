#!/usr/bin/python3 -B
# SPDX-License-Identifier: BSD-3-Clause
"""Fences, flushed lines and stored bytes of a result against the instructions that a worker executed, one by one.

Each case runs N and 2 N ops on copies of one file, and compares the differences of both: whatever belongs to the start and
the end of a phase drops out. One lane, so no reads are tracked.

A result counts the fences of the protocol. It does not count those of the write-combining workaround, one after each 768
bytes of a copy; the result says whether it is on (host.libpmem).
"""

import json
import os
import shutil
import subprocess
import sys

from measure import BTTBENCH, HERE, T, bttbench, done, ok

N = 16
WIDTHS = {"nt4": 4, "nt8": 8, "nt16": 16, "nt32": 32, "nt64": 64}
COUNTERS = ("fences", "lines_flushed", "bytes_stored")
STEP = os.path.join(HERE, "single_step")


def stepped(image, ops, env, keys):
    """Returns the counts of instructions, and the result."""
    namespace, counts = os.path.join(T, "stepped"), os.path.join(T, "counts")
    shutil.copy(image, namespace)
    result = bttbench(namespace, wrapper=(STEP, counts), env=env, precondition="none", ops=ops, runtime=0, **keys)
    with open(counts, encoding="utf-8") as file:
        return json.load(file), result


def check(image, kind, block_bytes, env=None, **keys):
    once, twice = (stepped(image, ops, env, {"rw": f"rand{kind}", **keys}) for ops in (N, 2 * N))
    insns = {name: twice[0][name] - once[0][name] for name in once[0]}
    btt = {name: twice[1]["runs"][0]["btt"][name] - once[1]["runs"][0]["btt"][name] for name in COUNTERS}
    name = " ".join([f"bs={block_bytes}", kind, *(f"{key}={value}" for key, value in {**keys, **(env or {})}.items())])
    libpmem = twice[1]["host"]["libpmem"]
    fences, own = insns["sfence"] + insns["mfence"], 0
    if kind == "write" and libpmem["store"] == "non-temporal":
        own += block_bytes // 768 if (libpmem.get("wc_workaround") or "").startswith("on") else 0
    ok(btt["fences"] + own * N == fences, f"{name}: as many fences as instructions",
       f"{btt['fences'] / N:g} an op and {own} of libpmem, {fences / N:g} executed")
    flushed = insns["clwb"] + insns["clflushopt"] + insns["clflush"]
    past_cache = sum(insns[store] * width for store, width in WIDTHS.items())
    # stores of 16 bytes and more fill whole lines; each smaller one is a line of its own
    lines = flushed + insns["nt4"] + insns["nt8"] + sum(insns[store] * WIDTHS[store] for store in ("nt16", "nt32", "nt64")) // 64
    ok(btt["lines_flushed"] == lines, "... as many lines as flushes and lines of stores past the cache", f"{lines / N:g} an op")
    if libpmem["store"] == "non-temporal":
        rest = btt["bytes_stored"] - past_cache
        small_cached = insns["nt4"] + insns["nt8"] == 0  # flog and map go through the cache and are flushed
        through_cache = {"read": (0,), "zero": (4,) if small_cached else (0,), "write": (20,) if small_cached else (0, 4)}[kind]
        ok(rest in [count * N for count in through_cache],
           "... the bytes stored are those of stores past the cache, and those of flog and map that go through it",
           f"{btt['bytes_stored'] / N:g} an op, {past_cache / N:g} past the cache")
    print(f"# {insns['locked'] / N:g} locked instructions an op, flushes {flushed / N:g}")
    return insns


def check_floor(image, kind, fences, **keys):
    once, twice = (stepped(image, ops, None, {"engine": "floor", "bs": 512, "rw": f"rand{kind}", **keys})[0] for ops in (N, 2 * N))
    insns = {name: twice[name] - once[name] for name in once}
    ok(insns["sfence"] + insns["mfence"] == fences * N, f"engine=floor, {kind}: {fences} fences", f"{insns['sfence'] / N:g} executed")
    ok(not insns["locked"], "... no locked instruction")


if subprocess.run([STEP, os.path.join(T, "counts"), "true"], capture_output=True, check=False).returncode == 77:
    print("this machine allows no ptrace")
    sys.exit(77)
for block_bytes in (512, 4096):
    image = os.path.join(T, f"image.{block_bytes}")
    subprocess.run([BTTBENCH, "format", image, f"--lbasize={block_bytes}", "--size=32M"], check=True, capture_output=True)
    bttbench(image, rw="randwrite", ops=1, precondition="fill")
    for commit in ("two-fence", "strict"):
        check(image, "write", block_bytes, commit=commit)
        check(image, "zero", block_bytes, commit=commit)
    insns = check(image, "read", block_bytes)
    ok(not insns["locked"], "... no locked instruction: one lane tracks no reads")
image = os.path.join(T, "image.512")
check(image, "write", 512, env={"PMEM_NO_MOVNT": "1"})
check(image, "write", 512, env={"PMEM_NO_CLWB": "1"})
check(image, "write", 512, env={"PMEM_NO_CLWB": "1", "PMEM_NO_CLFLUSHOPT": "1"})
blank = os.path.join(T, "blank")
with open(blank, "wb") as file:
    file.truncate(16 << 20)
for kind, fences in (("write", 2), ("zero", 1), ("read", 0)):
    check_floor(blank, kind, fences)
image = os.path.join(T, "image.4096")
check(image, "write", 4096, env={"PMEM_AVX512F": "0"})
check(image, "write", 4096, env={"PMEM_AVX512F": "0", "PMEM_WC_WORKAROUND": "0"})
done()
