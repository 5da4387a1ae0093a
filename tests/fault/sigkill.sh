#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
#
# sigkill.sh BTTBENCH TIMES -- kills runs with SIGKILL at random moments, on a namespace in memory. After each kill
# `check` is clean and `verify` finds no torn, misdirected or lost block. Prints a line for each failure, and the
# counts in the last line. Exit: 0 no failure, 1 a failure, 2 usage.
#
# The processor's caches survive the end of a process. So this tests the order of stores, not the fences. All kills use
# the same namespace and the same state file.
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

# a random time in seconds
moment() {
	awk -v r="$(od -An -N4 -tu4 /dev/urandom)" 'BEGIN { printf "%.3f", r % 250 / 1000 }'
}

# waits until the status line shows the measured phase, at most 20 s
wait_for_load() {
	tries=0
	while ! grep -q '^run ' "$T/out" && [ $tries -lt 1000 ] && kill -0 "$victim" 2>/dev/null; do
		sleep 0.02
		tries=$((tries + 1))
	done
}

# starts and kills one run: three of four under load, the fourth mostly during its start
kill_one() {
	: >"$T/out"
	"$bttbench" run "$T/ns" --verify-state="$T/state" --set verify=stamp --set rw=randrw \
		--set rwmix=read:30,write:60,zero:10 --set threads=2 --set oversubscribe=1 --set precondition=none \
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

check_namespace() {
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
	kill_one "$i" && check_namespace "$i" || failed=$((failed + 1))
	[ "$before" = "$(cksum <"$T/ns")" ] || stamped=$((stamped + 1))
done
echo "killed=$times wrote=$stamped failed=$failed"
[ "$stamped" -gt 0 ] && [ "$failed" -eq 0 ]
