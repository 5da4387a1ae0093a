#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
# real.sh FOLDER -- how often are the verdicts of compare wrong, and how often do they find a slower build? In real runs.
#
# FOLDER is build/VARIANT, with bttbench and bugs/slow/bttbench. Each of 50 A/A comparisons (PAIRS) has 10 runs a side
# (SIDE) of one build, by turns. Each of 20 A/B comparisons (SLOW_PAIRS) has as many of that build and of one that is
# slower by 5 % (SLOW). The last comparison has commit=two-fence and commit=strict. Prints a table in Markdown. Exit 1 if
# more than one of 20 A/A comparisons has a metric that is better or worse, beyond chance; if less than 19 of 20 slower
# builds are found; or if strict does not have more fences.
#
# A run measures 0.25 seconds (RUNTIME). All of it takes 15 minutes (MINUTES) at most: on a slow machine, the table has
# fewer comparisons. The remaining time is on standard error. A run that is not valid is repeated, and counted.
set -u
folder=$1
pairs=${PAIRS:-50} slow_pairs=${SLOW_PAIRS:-20} side=${SIDE:-10} slow=${SLOW:-5} minutes=${MINUTES:-15} runtime=${RUNTIME:-0.25}
bttbench=$folder/bttbench slow_bttbench=$folder/bugs/slow/bttbench
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
trap 'exit 130' INT TERM
# the last CPU: interrupts and the shell prefer others
cpu=$(($(nproc) - 1))
started=$(date +%s)
runs_all=$((2 * side * (pairs + slow_pairs + 1))) runs=0 again=0

# run COMMAND NAME [ARGUMENT...]: $work/NAME is the result
run() {
	command=$1 name=$2 tries=0
	shift 2
	until "$command" run dram:64M --set rw=randrw --set rwmix=read:70,write:30 --set placement=cpus:$cpu --set ramp_time=0.05s \
		--set runtime="${runtime}s" --output="$work/$name" "$@" >"$work/log" 2>&1; do
		again=$((again + 1)) tries=$((tries + 1))
		if [ $tries -eq 20 ]; then
			echo "calibrate: 20 runs one after the other were not valid; the last one said:" >&2
			grep -A 3 '^verdict' "$work/log" >&2 || cat "$work/log" >&2
			exit 1
		fi
	done
	runs=$((runs + 1))
}

# show_progress TEXT
show_progress() {
	now=$(date +%s)
	left=$(((now - measured_from) * (runs_all - runs) / (runs > 0 ? runs : 1)))
	printf 'calibrate: %s, run %d of %d, %d:%02d left\n' "$1" $runs $runs_all $((left / 60)) $((left % 60)) >&2
}

# compare_builds NEW [ARGUMENT...]: runs both sides by turns, the first one changes; the new one has the arguments. The
# JSON of the comparison goes to $work/c.json.
compare_builds() {
	new=$1
	shift
	rm -f "$work"/old* "$work"/new*
	i=0
	while [ $i -lt "$side" ]; do
		if [ $((i % 2)) -eq 0 ]; then
			run "$bttbench" old$i.json && run "$new" new$i.json "$@"
		else
			run "$new" new$i.json "$@" && run "$bttbench" old$i.json
		fi
		i=$((i + 1))
	done
	# --force: the commit order may differ
	"$bttbench" compare "$work"/old*.json -- "$work"/new*.json --force --format=json >"$work/c.json"
	[ $? -ne 1 ] && [ -s "$work/c.json" ] || exit 1
}

# has_time SHARE: the share of the time up to now is not used up
has_time() {
	[ $(($(date +%s) - started)) -lt $((minutes * 60 * $1 / 100)) ]
}

# metric NAME FILTER: of that metric of the comparison
metric() {
	jq -r ".comparisons[].metrics[] | select(.metric == \"$1\") | $2" "$work/c.json"
}

# calibrate the delay: SLOW percent of the time of an op, the median of five runs
i=0
while [ $i -lt 5 ]; do
	run "$bttbench" time$i.json
	i=$((i + 1))
done
runs=0 measured_from=$(date +%s)
SLOW_TICKS=$(jq -s --argjson slow "$slow" \
	'(map(1 / ([.runs[].ops[].iops // 0] | add)) | sort | .[2]) * .[0].clock.ticks_per_s * $slow / 100 | round' "$work"/time*.json) || exit 1
export SLOW_TICKS

a=0 wrong=0 metrics=0 wrong_metrics=0
while [ $a -lt "$pairs" ] && has_time 70; do
	show_progress "A/A $((a + 1)) of $pairs"
	compare_builds "$bttbench"
	changed=$(jq '.verdict.worse + .verdict.better' "$work/c.json")
	[ "$changed" -eq 0 ] || wrong=$((wrong + 1))
	wrong_metrics=$((wrong_metrics + changed))
	metrics=$((metrics + $(jq '[.comparisons[].metrics[]] | length' "$work/c.json")))
	metric iops ".change * 100" >>"$work/aa"
	a=$((a + 1))
done
b=0 found=0 found_wrong=0
while [ $b -lt "$slow_pairs" ] && has_time 98; do
	show_progress "A/B $((b + 1)) of $slow_pairs"
	compare_builds "$slow_bttbench"
	case $(metric iops .verdict) in
	worse) found=$((found + 1)) ;;
	better) found_wrong=$((found_wrong + 1)) ;;
	esac
	metric iops ".change * 100" >>"$work/ab"
	b=$((b + 1))
done

show_progress 'strict against two-fence'
compare_builds "$bttbench" --set commit=strict
iops="$(metric iops .verdict), $(metric iops '.change * 1000 | round / 10') %"
"$bttbench" compare "$work"/old*.json -- "$work"/new*.json --force --metric=fences --format=json >"$work/c.json"
fences="$(metric fences .verdict), $(metric fences '.change * 1000 | round / 10') %"

# spread FILE: lowest, median and highest
spread() {
	sort -g "$1" | awk '{v[NR] = $1} END {printf "%+.1f %% (%+.1f to %+.1f)", v[int((NR + 1) / 2)], v[1], v[NR]}'
}
cat <<END
Real runs on $(uname -n), $(grep -m 1 'model name' /proc/cpuinfo | cut -d: -f2 | sed 's/^ *//'), $("$bttbench" --version | head -n 1): $side a side, by turns;
runs that were not valid and repeated: $again of $((runs + again)).

| comparisons | number | with a metric better or worse | IOPS worse | change of IOPS |
| --- | ---: | ---: | ---: | --- |
| one build with itself | $a | $wrong ($wrong_metrics of $metrics metrics) | - | $(spread "$work/aa") |
END
[ $b -eq 0 ] || echo "| with a build slower by about $slow % | $b | - | $found (better: $found_wrong) | $(spread "$work/ab") |"
printf '\ncommit=strict against commit=two-fence: fences per op %s; IOPS %s.\n' "$fences" "$iops"
# 5 % and two standard deviations of the estimate
if ! awk -v wrong=$wrong -v pairs=$a -v found=$found -v slow=$b \
	'BEGIN {exit wrong > 0.05 * pairs + 2 * sqrt(0.05 * 0.95 * pairs) || found < 0.95 * slow}' || [ "${fences%,*}" != worse ]; then
	echo 'calibrate: the real runs miss the promise' >&2
	exit 1
fi
