#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
#
# sigkill.sh BTTBENCH TIMES -- runs killed by SIGKILL at random moments on a namespace in memory; after each one
# `check` is clean and `verify` finds no block torn, misdirected or lost. Prints a line a failure and a last
# line with the counts. Exit: 0 all were good, 1 not, 2 usage.
#
# What the processor's caches hold survives the end of a process: this proves what the order of stores does,
# not what the fences do. The namespace and the state file go on from kill to kill.
set -eu
[ $# -eq 2 ] || {
	echo "usage: sigkill.sh BTTBENCH TIMES" >&2
	exit 2
}
bttbench=$1
times=$2
folder=/dev/shm
[ -w $folder ] || folder=${TMPDIR:-/tmp}
T=$(mktemp -d "$folder/bttbench-kill.XXXXXX")
victim=
trap 'rm -rf "$T"' EXIT
trap '[ -z "$victim" ] || kill -9 "$victim" 2>/dev/null; exit 130' INT TERM
export PMEM_IS_PMEM_FORCE=1

# a moment to wait, in seconds, from the system's random numbers
moment() {
	awk -v r="$(od -An -N4 -tu4 /dev/urandom)" 'BEGIN { printf "%.3f", r % 250 / 1000 }'
}

# until the victim's status line says that it measures, 20 s at most
wait_for_load() {
	tries=0
	while ! grep -q '^run ' "$T/out" && [ $tries -lt 1000 ] && kill -0 "$victim" 2>/dev/null; do
		sleep 0.02
		tries=$((tries + 1))
	done
}

# one run, started and killed: three of four under load, the fourth while it starts, most often
kill_one() {
	"$bttbench" run "$T/ns" --verify-state="$T/state" --set verify=stamp --set rw=randrw \
		--set rwmix=read:30,write:60,zero:10 --set threads=2 --set precondition=none \
		--set runtime=30s --set seed="$1" --status-interval=10ms >"$T/out" 2>&1 &
	victim=$!
	[ $(($1 % 4)) -eq 0 ] || wait_for_load
	sleep "$(moment)"
	kill -9 "$victim" 2>/dev/null || true
	status=0
	wait "$victim" 2>/dev/null || status=$?
	victim=
	[ "$status" -eq 137 ] && return 0
	echo "run $1 ended by itself, exit $status: $(tail -n 1 "$T/out")"
	return 1
}

judge() {
	"$bttbench" check "$T/ns" >"$T/check" 2>&1 || {
		echo "kill $1: check: $(tail -n 3 "$T/check")"
		return 1
	}
	"$bttbench" verify "$T/ns" --state="$T/state" >"$T/verify" 2>&1 || {
		echo "kill $1: verify: $(tail -n 8 "$T/verify")"
		return 1
	}
}

"$bttbench" format "$T/ns" --size=16M --lbasize=4096 >/dev/null
failed=0
stamped=0
i=0
while [ "$i" -lt "$times" ]; do
	i=$((i + 1))
	before=$(cksum <"$T/ns")
	kill_one "$i" && judge "$i" || failed=$((failed + 1))
	[ "$before" = "$(cksum <"$T/ns")" ] || stamped=$((stamped + 1))
done
echo "killed=$times wrote=$stamped failed=$failed"
[ "$stamped" -gt 0 ] && [ "$failed" -eq 0 ]
