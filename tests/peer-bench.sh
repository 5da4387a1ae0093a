#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
#
# peer-bench.sh B -- is engine=btt as fast as a plain libpmemblk loop, on this machine, now?
#
# B is the folder of a build (build/release). Both use one file: a PMEMBLK pool of 1 GiB in /dev/shm, treated as
# persistent memory, made by libpmemblk, with every block written and every page present. For each block size and kind
# they run by turns, PAIRS times for SECONDS_EACH seconds, after a warm-up of half that time. The result is the median
# of the ratios within the pairs, so other load on the machine affects both. The loop times nothing; bttbench times every
# operation, with the clock for throughput, which does not wait for loads. Neither knows its next operation:
# lookahead=none.
#
# Exit: 0, or 1 when a median misses its target. The targets: 1.15 for writes and 1.3 for reads of 512 bytes. With 4096
# bytes most of the time is the copy, and the target is "not slower": 1.0 less NOISE. The harness alone: HARNESS_NS per op
# with this clock (zipf: HARNESS_ZIPF_NS), HARNESS_ORDERED_NS with the default clock, which waits for loads.
set -u

B=${1:?usage: tests/peer-bench.sh build/release}
PAIRS=${PAIRS:-5}
SECONDS_EACH=${SECONDS_EACH:-2}
COMMIT=${COMMIT:-strict} # the targets are for the order of the seed
NOISE=0.03
HARNESS_NS=25
HARNESS_ZIPF_NS=30
HARNESS_ORDERED_NS=45
WARM_UP=$(awk "BEGIN { print $SECONDS_EACH / 2 }") # like the loop

PMEM_IS_PMEM_FORCE=1
BTTBENCH_CLOCK=tsc-unordered
export PMEM_IS_PMEM_FORCE BTTBENCH_CLOCK

die() {
	echo "peer-bench: $*" >&2
	exit 1
}

[ -x "$B/bttbench" ] || die "no $B/bttbench (make)"
[ -x "$B/tests/interop/pmemblk_loop" ] || die "no $B/tests/interop/pmemblk_loop (make bench)"
command -v jq >/dev/null || die "no jq (apt install jq)"
[ "$(df --output=avail -B1M /dev/shm | tail -n 1)" -gt 1100 ] || die "/dev/shm has no 1.1 GiB to spare"
T=$(mktemp -d /dev/shm/bttbench-peer.XXXXXX) || die "no scratch folder"
trap 'rm -rf "$T"' EXIT
trap 'exit 130' INT TERM HUP
missed=0

# ours ENGINE BSIZE read|write THREADS [OPTION...]: operations per second
ours() {
	engine=$1 ours_bsize=$2 kind=$3 threads=$4
	shift 4
	"$B/bttbench" run "$T/pool" "$@" --set engine="$engine" --set bs="$ours_bsize" --set rw="rand$kind" \
		--set threads="$threads" --set commit="$COMMIT" --set runtime="$SECONDS_EACH" --set ramp_time="$WARM_UP" --set precondition=fault --set lookahead=none --format=json \
		>"$T/result" 2>"$T/said" || die "bttbench run: $(cat "$T/said")"
	jq ".runs[0].ops.$kind.iops | floor" "$T/result"
}

# theirs BSIZE read|write THREADS SEED
theirs() {
	"$B/tests/interop/pmemblk_loop" "$T/pool" "$1" "$2" "$3" "$SECONDS_EACH" "$4" || die "the libpmemblk loop failed"
}

# makes the pool again
prepare() {
	rm -f "$T/pool"
	"$B/tests/interop/pmemblk_loop" "$T/pool" "$1" read 1 0.1 1 >/dev/null || die "the libpmemblk loop failed"
}

# prints "min median max" of numbers, one per line, with FORMAT
spread() {
	sort -g | awk -v format="$1" '{ v[NR] = $1 } END {
		median = NR % 2 ? v[(NR + 1) / 2] : (v[NR / 2] + v[NR / 2 + 1]) / 2
		printf format, v[1], median, v[NR]
	}'
}

# compare BSIZE KIND TARGET
compare() {
	: >"$T/pairs"
	pair=1
	while [ "$pair" -le "$PAIRS" ]; do
		a=$(ours btt "$1" "$2" 1 --set seed="$pair") || exit 1
		b=$(theirs "$1" "$2" 1 "$pair") || exit 1
		echo "$a $b" >>"$T/pairs"
		pair=$((pair + 1))
	done
	ratio=$(awk '{ print $1 / $2 }' "$T/pairs" | spread '%.3f %.3f %.3f')
	verdict=$(echo "$ratio" | awk -v target="$3" '{ print ($2 >= target) ? "good" : "MISSED" }')
	[ "$verdict" = good ] || missed=1
	row "$1 $2" "btt" "$(awk '{ print $1 / 1000 }' "$T/pairs" | spread '%.0f %.0f %.0f')" ""
	row "" "libpmemblk" "$(awk '{ print $2 / 1000 }' "$T/pairs" | spread '%.0f %.0f %.0f')" ""
	row "" "ratio" "$ratio" "$3 $verdict"
}

# row BENCHMARK PROGRAM "MIN MEDIAN MAX" TARGET
row() {
	# shellcheck disable=SC2086 # three words
	printf '%-11s %-11s %9s %9s %9s  %s\n' "$1" "$2" $3 "$4"
}

# harness_of CLOCK [PATTERN]: min, median and max of the time that bttbench adds to an op: its loop with engine=null
harness_of() {
	for run in 1 2 3 4 5 6 7 8 9; do
		BTTBENCH_CLOCK=$1 "$B/bttbench" run dram:16M --set engine=null --set ops=1 --set seed="$run" --set pattern="${2:-uniform}" \
			--format=json 2>"$T/said" | jq .harness_ns_per_op
	done | spread '%.1f %.1f %.1f' >"$T/harness"
	[ -s "$T/harness" ] || die "bttbench run: $(cat "$T/said")"
}

# A virtual machine has slow phases, so a median above the target is measured again, at most twice.
harness() {
	for try in 1 2 3; do
		harness_of "$BTTBENCH_CLOCK"
		verdict=$(awk -v target="$HARNESS_NS" '{ print ($2 < target) ? "good" : "MISSED" }' "$T/harness")
		[ "$verdict" = MISSED ] || break
	done
	[ "$verdict" = good ] || missed=1
	row "ns an op" "harness" "$(cat "$T/harness")" "< $HARNESS_NS $verdict (try $try)"
	harness_of "$BTTBENCH_CLOCK" zipf:0.99
	verdict=$(awk -v target="$HARNESS_ZIPF_NS" '{ print ($2 < target) ? "good" : "MISSED" }' "$T/harness")
	[ "$verdict" = good ] || missed=1
	row "" "zipf" "$(cat "$T/harness")" "< $HARNESS_ZIPF_NS $verdict"
	harness_of tsc
	verdict=$(awk -v target="$HARNESS_ORDERED_NS" '{ print ($2 < target) ? "good" : "MISSED" }' "$T/harness")
	[ "$verdict" = good ] || missed=1
	row "" "tsc" "$(cat "$T/harness")" "< $HARNESS_ORDERED_NS $verdict"
}

# absolute BSIZE PROGRAM read|write: thousands of operations per second with one thread and with two
absolute() {
	for threads in 1 2; do
		if [ "$threads" -gt "$(nproc)" ]; then
			iops=-
		elif [ "$2" = libpmemblk ]; then
			iops=$(theirs "$1" "$3" "$threads" 1) || exit 1
		elif [ "$2" = btt ]; then
			iops=$(ours "$2" "$1" "$3" "$threads") || exit 1
		else
			iops=$(ours "$2" "$1" "$3" "$threads" --force) || exit 1
		fi
		printf ' %9s' "$(echo "$iops" | awk '{ if ($1 == "-") print; else printf "%.0f", $1 / 1000 }')"
	done
}

# engine=raw comes last, because it overwrites the BTT
absolute_rows() {
	for who in btt libpmemblk null raw; do
		printf '%-5s %-11s' "$1" "$who"
		absolute "$1" "$who" write
		absolute "$1" "$who" read
		echo
	done
}

echo "engine=btt, commit=$COMMIT, against a plain libpmemblk loop, one thread, $PAIRS pairs in turn of $SECONDS_EACH s; thousands of operations a second"
row "" "" "min median max" "target of the median"
harness
for bsize in 512 4096; do
	prepare "$bsize"
	case $bsize in
	512) write_target=1.15 read_target=1.3 ;;
	*) write_target=$(awk "BEGIN { print 1 - $NOISE }") read_target=$(awk "BEGIN { print 1 - $NOISE }") ;;
	esac
	compare "$bsize" write "$write_target"
	compare "$bsize" read "$read_target"
	absolute_rows "$bsize" >>"$T/absolute" || exit 1
done
echo
echo "thousands of operations a second, one run each"
printf '%-5s %-11s %9s %9s %9s %9s\n' "" "" "write x1" "write x2" "read x1" "read x2"
cat "$T/absolute"
[ "$missed" -eq 0 ] || die "a target was missed"
