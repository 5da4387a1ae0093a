#!/usr/bin/python3 -B
# SPDX-License-Identifier: BSD-3-Clause
"""The blocks and kinds of ops, recorded by a stand-in of libpmemblk, against the laws in bttbench-job(5)."""

from measure import READ, WRITE, ZERO, chi_square, done, np, ok, plausible, recorded, stats

N = 1000
OPS = 1_000_000


def histogram(blocks, n=N):
    return np.bincount(blocks, minlength=n)


def blocks_of(**keys):
    return recorded(**{"pool_blocks": N, "ops": OPS, "rw": "randread", **keys})[1]["block"]


# uniform
(blocks,) = blocks_of(pattern="uniform")
chi_square(histogram(blocks), np.full(N, OPS / N), "uniform: each block has the same share")
pairs = histogram(blocks[:-1] // 40 * 25 + blocks[1:] // 40, 625)
chi_square(pairs, np.full(625, (OPS - 1) / 625), "... and the next block does not depend on the last one")

# zipf: the order of popularity comes from one worker, the ops from another one, so the order does not favour them
for theta in ("0.5", "0.99", "1", "1.2", "3"):
    first, second = blocks_of(pattern=f"zipf:{theta}", threads=2, ops=2 * OPS)
    order = np.argsort(-histogram(first), kind="stable")
    law = np.arange(1, N + 1) ** -float(theta)
    law *= len(second) / law.sum()
    ranks = histogram(second)[order]
    # the order of less popular blocks is not exact: 1 to 16 one by one, then bins that double
    edges = np.concatenate([np.arange(16), 2 ** np.arange(4, 10)])
    edges = edges[law[edges] >= 1000]
    chi_square(np.add.reduceat(ranks, edges), np.add.reduceat(law, edges), f"zipf:{theta}: the shares are 1 / rank^{theta}")
    ok((np.sort(first[:1000]) != np.sort(second[:1000])).any(), "... and two workers draw different ops")

# hotspot: a hot block has 16 times (or more) the ops of a cold one, so the hot ones are known
for hot_ops, hot_blocks in ((80, 20), (95, 5), (60, 1)):
    (blocks,) = blocks_of(pattern=f"hotspot:{hot_ops}/{hot_blocks}")
    seen = histogram(blocks)
    nhot = N * hot_blocks // 100
    hot = np.zeros(N, dtype=bool)
    hot[np.argsort(-seen)[:nhot]] = True
    law = np.where(hot, hot_ops / nhot, (100 - hot_ops) / (N - nhot)) * OPS / 100
    ok(seen[hot].min() > 3 * seen[~hot].max(), f"hotspot:{hot_ops}/{hot_blocks}: {nhot} of {N} blocks are hot")
    chi_square([seen[hot].sum(), seen[~hot].sum()], [law[hot].sum(), law[~hot].sum()], "... with their share of the ops")
    chi_square(seen, law, "... uniform within each part")

# Where hot blocks lie: like random ones. 16 entries of the map share a cache line.
pairs = expected = 0
for seed in range(1, 9):
    (blocks,) = blocks_of(pattern="hotspot:95/8", pool_blocks=7921, ops=100_000, seed=seed)
    hot = np.argsort(-histogram(blocks, 7921))[:633]
    lines = histogram(hot // 16)
    pairs += (lines * (lines - 1)).sum() / 2
    expected += 633 * 632 / 2 * 15 / 7920
ok(abs(pairs - expected) < 4 * expected ** 0.5, "hotspot: hot blocks share lines of the map as often as random blocks do",
   f"{pairs:.0f} pairs in 8 runs, {expected:.0f} expected")

# seq, stride: exact
(blocks,) = blocks_of(rw="read", ops=2500)
ok((blocks == np.arange(2500) % N).all(), "seq: block after block, and again from the start")
three = blocks_of(rw="read", ops=700, threads=3)
parts = sorted((list(b) for b in three), key=min)
ok(parts == [[first + i % size for i in range(700)] for first, size in ((0, 333), (333, 333), (666, 334))],
   "... each of three workers in its third")
for stride in (7, 64, 999):
    (blocks,) = blocks_of(pattern=f"stride:{stride}", ops=2 * N)
    turn = np.concatenate([np.arange(first, N, stride) for first in range(stride)])
    ok((blocks == np.tile(turn, 2)).all(), f"stride:{stride}: every {stride}-th block, in rounds that use each block once")

# partition, region, blocks
three = sorted((b for b in blocks_of(pattern="uniform", partition="thread", threads=3)), key=min)
for blocks, first, size in zip(three, (0, 333, 666), (333, 333, 334)):
    seen = histogram(blocks)
    ok(seen[first:first + size].sum() == OPS, f"partition=thread: a worker stays in blocks {first} to {first + size - 1}")
    chi_square(seen[first:first + size], np.full(size, OPS / size), "... each with the same share")
(blocks,) = blocks_of(pattern="uniform", region="offset:25%,size:10%", ops=100_000)
seen = histogram(blocks)
ok(seen[250:350].sum() == 100_000, "region: no block outside")
chi_square(seen[250:350], np.full(100, 1000), "... each with the same share")
(blocks,) = blocks_of(pattern="uniform", region=f"offset:{3 * 512},size:{90 * 512}", blocks=4, ops=200_000)
groups = blocks.reshape(-1, 4)
ok((groups == groups[:, :1] + np.arange(4)).all(), "blocks=4: four consecutive blocks")
ok(((groups[:, 0] - 3) % 4 == 0).all(), "... from a multiple of four from the start of the region")
chi_square(histogram((groups[:, 0] - 3) // 4, 22), np.full(22, 200_000 / 22), "... each with the same share")

# kinds
for shares in ((70, 25, 5), (1, 98, 1)):
    mix = "read:{},write:{},zero:{}".format(*shares)
    _, (calls,) = recorded(pool_blocks=N, ops=OPS, rw="randrw", rwmix=mix)
    kinds = calls["kind"]
    law = np.array(shares) / 100
    chi_square(histogram(kinds, 3), law * OPS, f"rwmix={mix}")
    chi_square(histogram(kinds[:-1] * 3 + kinds[1:], 9), np.outer(law, law).ravel() * (OPS - 1),
               "... and the next kind does not depend on the last one")
    table = np.array([histogram(calls["block"][kinds == kind] // 100, 10) for kind in (READ, WRITE, ZERO)])
    plausible(stats.chi2_contingency(table).pvalue, "... nor on the block")

# seeds
def sequence(**keys):
    _, calls = recorded(**{"pool_blocks": N, "ops": 5000, "rw": "randrw", "seed": 5, **keys})
    return calls[["block", "kind"]]


once = sequence()
ok((once == sequence()).all(), "the same seed: the same ops")
ok((once != sequence(seed=6)).mean() > 0.9, "another seed: other ops")
twice = sequence(repeat=2)
ok((twice[0] == once[0]).all() and (twice[1] == sequence(seed=6)[0]).all(), "the second repeat has the next seed")
for arrival in ("linear", "poisson"):
    ok((once == sequence(rate_iops=50_000, arrival=arrival)).all(), f"rate_iops and arrival={arrival}: the same ops")
done()
