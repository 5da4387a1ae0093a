#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
#
# layers.sh [ROOT] -- who may include whom. Silent and 0 when all is well, else 1 and a line for each
# include that is not allowed: "FILE:LINE: may not include X".
#
# A rule is a file and what it may include; a * stands for anything but a slash. A file may include what
# any rule for it names, and the header of its own name. A file that has no rule may include nothing of
# the project, so that a new module finds its place here first. An include is looked for where the
# compiler looks: beside the file, then in btt/ and bench/.
set -eu
cd "${1:-$(dirname "$0")/..}"

# btt.c > open.c, query.c, adopt.c > io check layout probe recover > free_set > arena > flog map rtt lane info pending >
# geometry > format; those between two > never include each other, but for the rules marked "beside".
low='btt/format.h btt/geometry.h'
parts='btt/flog.h btt/map.h btt/rtt.h btt/lane.h btt/info.h btt/pending.h'
arena="$low $parts btt/arena.h"
protocol='btt/io.h btt/check.h btt/layout.h btt/probe.h btt/recover.h'

# main > cmd > load/run > monitor collect > crew > worker > engine pattern pace clock histogram
leaves='bench/load/clock.h bench/load/histogram.h bench/load/pattern.h bench/load/pace.h'
rules="
btt/*           btt/btt.h btt/errormsg.h btt/pad.h btt/persist.h btt/spin.h
btt/geometry.*  btt/format.h
btt/flog.*      $low
btt/map.*       $low
btt/rtt.*       $low
btt/lane.*      $low
btt/info.*      $low
btt/pending.*   $low
btt/arena.*     $low $parts
btt/free_set.*  $arena
btt/owners.*
btt/overlay.*   btt/format.h
btt/io.*        $arena btt/free_set.h
btt/check.*     $arena btt/free_set.h
btt/layout.*    $arena btt/free_set.h
btt/probe.*     $arena btt/free_set.h
btt/recover.*   $arena btt/free_set.h
btt/repair.*    $arena
btt/repair_*    $arena btt/free_set.h btt/owners.h btt/repair.h
btt/btt_impl.h  $arena
btt/open.*      $arena $protocol btt/btt_impl.h
btt/btt.c       $arena $protocol btt/btt_impl.h btt/open.h
btt/query.c     $arena $protocol btt/btt_impl.h
btt/adopt.c     $arena btt/btt_impl.h
btt/ns/*        btt/btt.h btt/ns.h btt/errormsg.h btt/ns/*
btt/ns/persist.c btt/persist.h btt/format.h

beside: check and repair read what recovery would do, and have the whole btt; layout looks for an old one
btt/check.c     btt/recover.h btt/btt_impl.h btt/owners.h
btt/repair.c    btt/recover.h btt/btt_impl.h btt/overlay.h
btt/layout.c    btt/probe.h

bench/main.c    bench/cmd/cmd.h bench/version.h
bench/result.*  bench/job/job.h bench/op.h bench/version.h bench/load/clock.h bench/load/histogram.h
bench/cmd/*     btt/btt.h btt/ns.h bench/cmd/* bench/job/job.h bench/job/units.h
bench/cmd/run.c bench/load/run.h bench/output/output.h
bench/cmd/run_args.* bench/engine/engine.h bench/output/output.h
bench/cmd/dry_run.* bench/load/plan.h bench/engine/target.h
bench/cmd/run_targets.* bench/engine/target.h
bench/cmd/verify.c bench/engine/engine.h bench/engine/verify.h
bench/cmd/info.c bench/output/json_value.h
bench/cmd/finding.c bench/output/json_value.h
bench/cmd/list.c bench/host/devices.h bench/output/json_value.h bench/output/table.h bench/output/human.h
bench/job/*     bench/job/*
bench/job/job.h bench/op.h bench/load/pattern.h bench/load/pace.h bench/load/topology.h
bench/engine/*  btt/btt.h btt/ns.h bench/engine/engine.h bench/job/job.h bench/job/why.h bench/op.h bench/engine/target.h
bench/engine/btt.c         bench/engine/blockwise.h
bench/engine/pmemblk.c     bench/engine/blockwise.h
bench/engine/verify.*       bench/engine/stamp.h bench/engine/verify_state.h bench/engine/reading.h
bench/engine/reading.*      bench/engine/stamp.h bench/engine/blockstate.h
bench/engine/verify_state.* bench/engine/blockstate.h btt/ns.h
bench/host/*    bench/host/host.h bench/host/devices.h bench/result.h
bench/host/devices.c bench/host/dimm.h
bench/host/dimm.h bench/host/devices.h
bench/output/*  bench/output/* bench/result.h

bench/load/pattern.h    bench/op.h bench/load/rng.h bench/load/scatter.h bench/load/zipf.h
bench/load/scatter.h    bench/load/rng.h
bench/load/zipf.h       bench/load/rng.h
bench/load/pace.h       bench/load/clock.h bench/load/rng.h
bench/load/clock_agree.c bench/load/clock.h
bench/load/topology*    bench/load/topology.h bench/load/topology_private.h
bench/load/placement.c  bench/load/topology_private.h
bench/load/memory.c     bench/load/topology.h
bench/load/worker.*     bench/engine/engine.h $leaves
bench/load/harness.*    bench/load/worker.h bench/job/job.h bench/load/clock.h bench/load/memory.h bench/load/topology.h
bench/load/region.*     bench/engine/engine.h bench/job/job.h bench/job/why.h
bench/load/crew.*       bench/load/region.h
bench/load/crew.*       bench/load/worker.h bench/job/job.h bench/load/clock.h bench/load/memory.h bench/load/topology.h
bench/load/crew.*       bench/engine/engine.h bench/result.h
bench/load/monitor.*    bench/load/crew.h bench/result.h
bench/load/phases.*     bench/load/crew.h bench/load/monitor.h
bench/load/near.*       btt/ns.h bench/job/job.h bench/load/topology.h
bench/load/seats.*      bench/job/job.h bench/job/why.h bench/load/topology.h
bench/load/judge.*      bench/result.h
bench/load/plan.*       btt/ns.h bench/engine/engine.h bench/engine/target.h bench/job/job.h bench/job/why.h bench/load/near.h bench/load/region.h bench/load/seats.h bench/load/topology.h
bench/load/group.*      bench/load/crew.h bench/load/monitor.h bench/load/memory.h bench/load/topology.h bench/load/run.h
bench/load/group.*      bench/engine/engine.h bench/engine/verify.h bench/job/job.h bench/job/why.h bench/result.h
bench/load/group.*      bench/load/collect.h bench/load/phases.h bench/load/seats.h
bench/load/rounds.*     bench/load/group.h bench/load/judge.h bench/load/phases.h bench/load/steady.h
bench/load/run.c        bench/job/why.h
bench/load/collect.*    bench/load/crew.h bench/load/monitor.h bench/result.h
bench/load/run.*        bench/engine/engine.h bench/engine/verify.h bench/result.h bench/host/host.h bench/load/*

beside: a worker counts its errors in the struct that the result keeps them in
bench/load/worker.h     bench/result.h
beside: and verify its findings
bench/engine/verify.h   bench/result.h
bench/engine/reading.h  bench/result.h
"

# libraries of which only some files know
libraries='
libpmem*.h  btt/ns/* bench/host/libpmem.c
hwloc*      bench/load/topology* bench/load/placement.c
hwloc/*     bench/load/topology* bench/load/placement.c
jemalloc/*  bench/load/memory.c
jansson.h   bench/output/* bench/cmd/info.c bench/cmd/finding.c bench/cmd/list.c
ndctl/*     bench/host/devices.c bench/host/dimm.c
daxctl/*    bench/host/devices.c
ini.h       bench/job/file.c
argp.h      bench/cmd/*
blkid/*     bench/engine/content.c
uuid/*      btt/info.c btt/layout.c btt/open.c bench/cmd/*
'

find btt bench -name '*.[ch]' | sort | RULES=$rules LIBRARIES=$libraries awk '
function matches(path, glob) {
	gsub(/\./, "\\.", glob)
	gsub(/\*/, "[^/]*", glob)
	return path ~ ("^" glob "$")
}
function is_named(path, globs, first, n,    i) {
	for (i = first; i <= n; i++)
		if (matches(path, globs[i]))
			return 1
	return 0
}
function stem(path) {
	sub(/\.[ch]$/, "", path)
	return path
}
function exists(path,    line, found) {
	found = (getline line < path) >= 0
	close(path)
	return found
}
# the project file that the compiler would take, or ""
function resolve(from, name,    path) {
	path = from
	sub(/[^\/]*$/, "", path)
	path = path name
	while (path ~ /[^\/]+\/\.\.\//)
		sub(/[^\/]+\/\.\.\//, "", path)
	if (exists(path))
		return path
	if (exists("btt/" name))
		return "btt/" name
	return exists("bench/" name) ? "bench/" name : ""
}
function may_include(from, path,    i, n, words) {
	if (stem(from) == stem(path))
		return 1
	for (i = 1; i <= nrules; i++) {
		n = split(rules[i], words)
		if (n && words[1] !~ /:$/ && matches(from, words[1]) && is_named(path, words, 2, n))
			return 1
	}
	return 0
}
function may_use(from, header,    i, n, words) {
	for (i = 1; i <= nlibraries; i++) {
		n = split(libraries[i], words)
		if (n && matches(header, words[1]) && !is_named(from, words, 2, n))
			return 0
	}
	return 1
}
function judge(from, number, text,    name, path) {
	name = text
	sub(/^[ \t]*#[ \t]*include[ \t]*/, "", name)
	if (name !~ /^("[^"]+"|<[^>]+>)/) {
		bad(from, number, name)
		return
	}
	text = name
	sub(/^["<]/, "", name)
	sub(/[">].*/, "", name)
	path = resolve(from, name)
	if (path != "" ? !may_include(from, path) : text ~ /^"/ || !may_use(from, name))
		bad(from, number, path != "" ? path : name)
}
function bad(from, number, what) {
	printf "%s:%d: may not include %s\n", from, number, what
	failed = 1
}
BEGIN {
	nrules = split(ENVIRON["RULES"], rules, "\n")
	nlibraries = split(ENVIRON["LIBRARIES"], libraries, "\n")
}
{
	files++
	number = 0
	while ((getline text < $0) > 0) {
		number++
		if (text ~ /^[ \t]*#[ \t]*include/)
			judge($0, number, text)
	}
	close($0)
}
END {
	if (!files) {
		print "layers.sh: nothing to look at in btt/ and bench/"
		failed = 1
	}
	exit failed
}'
