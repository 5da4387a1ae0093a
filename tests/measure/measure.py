# SPDX-License-Identifier: BSD-3-Clause
"""TAP lines, runs of bttbench, and the calls that the stand-in of libpmemblk recorded."""

import atexit
import json
import os
import shutil
import subprocess
import sys
import tempfile

try:
    import numpy as np
    from scipy import stats
except ImportError as missing:
    print(f"{missing} (Debian package python3-scipy)")
    sys.exit(77)

BTTBENCH = os.environ["BTTBENCH"]
HERE = os.path.join(os.environ["TEST_BIN"], "measure")
T = tempfile.mkdtemp(prefix="bttbench-measure.", dir="/dev/shm" if os.path.isdir("/dev/shm") else None)
atexit.register(shutil.rmtree, T, ignore_errors=True)

READ, WRITE, ZERO = 0, 1, 2
KINDS = ["read", "write", "zero"]
CALL = np.dtype([("start", "i8"), ("end", "i8"), ("block", "u4"), ("thread", "u2"), ("kind", "u2")])

# A right law has a p value below P_LEAST or above 1 - P_LEAST once in 5000 checks. With a fixed seed a check always has
# the same p value, so it never fails by chance.
P_LEAST = 1e-4

count = failed = 0


def ok(holds, claim, *notes):
    """Prints one test line. The notes are printed too: the figures are of interest even when they are good."""
    global count, failed
    count += 1
    failed += not holds
    print(f"{'ok' if holds else 'not ok'} {count} - {claim}")
    for note in notes:
        print(f"# {note}")


def done():
    print(f"1..{count}")
    sys.exit(failed > 0)


def bail(reason):
    print(f"Bail out! {reason}")
    sys.exit(1)


def plausible(p, claim, *notes):
    """A p value that the right law has: neither too far from the law nor too close."""
    ok(P_LEAST <= p <= 1 - P_LEAST, claim, f"p = {p:.4f}", *notes)


def chi_square(observed, expected, claim):
    """Pearson's test. Neighbouring bins are joined until each one expects 5 ops."""
    seen, law = [], []
    for ops, share in zip(observed, expected):
        if law and law[-1] < 5:
            seen[-1], law[-1] = seen[-1] + ops, law[-1] + share
        else:
            seen.append(ops)
            law.append(share)
    if law[-1] < 5 and len(law) > 1:
        seen[-2:], law[-2:] = [sum(seen[-2:])], [sum(law[-2:])]
    seen, law = np.array(seen), np.array(law, dtype=float)
    if abs(seen.sum() - law.sum()) > 1e-6 * seen.sum():
        bail(f"{claim}: {seen.sum()} ops against a law for {law.sum()}")
    plausible(stats.chisquare(seen, law).pvalue, claim, f"{len(seen)} bins, {seen.sum()} ops")


def settings(keys):
    return [f"--set={key}={value}" for key, value in keys.items()]


def bttbench(*arguments, env=None, wrapper=(), **keys):
    """Runs a job; returns the result. A busy machine may make it invalid, which does not matter here."""
    path = os.path.join(T, "result.json")
    if os.path.exists(path):
        os.unlink(path)
    run = subprocess.run([*wrapper, BTTBENCH, "run", *settings(keys), f"--output={path}", *arguments],
                         env={**os.environ, "PMEM_IS_PMEM_FORCE": "1", **(env or {})},
                         capture_output=True, text=True, check=False)
    if run.returncode not in (0, 4) or not os.path.exists(path):
        bail(f"bttbench: exit {run.returncode}: {run.stderr}")
    with open(path, encoding="utf-8") as file:
        result = json.load(file)
    result["stdout"] = run.stdout
    return result


def recorded(pool_blocks=1000, threads=1, ops=1000, blocks=1, repeat=1, spin_ns=0, clock="", **keys):
    """Runs a job on the stand-in. Returns the result, and an array with the calls of each worker of each repeat."""
    path = os.path.join(T, "calls")
    pool = os.path.join(T, "pool")
    shape = (threads * repeat, ops * blocks)
    if not os.path.exists(pool):
        subprocess.run(["pmempool", "create", "blk", "512", "--size=32M", pool], check=True)
    env = {"LD_LIBRARY_PATH": HERE, "STAND_IN_FILE": path, "STAND_IN_THREADS": str(shape[0]),
           "STAND_IN_CALLS": str(shape[1]), "STAND_IN_BLOCKS": str(pool_blocks), "STAND_IN_SPIN_NS": str(spin_ns),
           "BTTBENCH_CLOCK": clock}
    result = bttbench(pool, env=env, engine="pmemblk", precondition="none", oversubscribe=1, ops=ops, runtime=0,
                      blocks=blocks, threads=threads, repeat=repeat, **keys)
    calls = np.fromfile(path, dtype=CALL).reshape(shape)
    os.unlink(path)
    if not (calls["start"] > 0).all():
        bail(f"{(calls['start'] == 0).sum()} of {calls.size} calls are missing")
    # threads are numbered in the order of their first calls, which varies; the blocks of a worker do not
    order = sorted(range(shape[0]), key=lambda row: (row // threads, calls["block"][row][:32].tolist()))
    return result, calls[order]
