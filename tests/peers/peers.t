#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
# A short bench-peers measures every program in every round, and its ratios and verdicts follow from the figures.
# shellcheck source=tests/cli/tap.sh
. "$SRC/tests/cli/tap.sh"

[ "${VARIANT:-release}" = release ] || skip_all 'a sanitizer is too slow for a comparison'
command -v gnuplot >/dev/null || skip_all 'no gnuplot'
fio --enghelp 2>/dev/null | grep -qw pmemblk || skip_all 'no fio with the engine pmemblk'
[ -d /dev/shm ] && [ "$(df --output=avail -B1M /dev/shm | tail -n 1)" -gt 256 ] || skip_all '/dev/shm has no 256 MiB to spare'
peers=$SRC/tests/peers/peers.pl
loop=$TEST_BIN/peers/plain_loop
build=$(dirname "$BTTBENCH")

ok 'a quick run ends well' sh -c "'$peers' --quick '$build' '$T/out' >'$T/text' 2>'$T/progress'"
[ -s "$T/out.json" ] || bail "$(cat "$T/progress")"
ok '... its JSON fits the schema' jsonschema -i "$T/out.json" "$SRC/results/bttbench.peers-1.schema.json"
is '... each program has each case, with both clocks where it has them' \
	"$(jq -r '[.figures[] | "\(.op) \(.bs)"] | group_by(.) | map("\(.[0]) \(length)") | join(", ")' "$T/out.json")" \
	"mix 512 18, read 512 22, write 4096 22"
is '... each figure has a value for each round, or for every second one' \
	"$(jq -c '[.figures[] | [.clock, (.iops | length)]] | unique' "$T/out.json")" '[["ordered",1],["unordered",2]]'
is '... and each run of one kind has latencies if it records them' \
	"$(jq -r '[.figures[] | select(.op != "mix" and .p50_ns == null) | .program] | unique | join(" ")' "$T/out.json")" \
	libpmemblk-untimed
is '... a ratio is the median of the quotients of the rounds' "$(jq -c '[
	[.figures[] | select(.clock == "unordered")] | group_by([.op, .bs, .threads])[] |
	(map(select(.program == "libpmemblk"))[0].iops) as $base | (map(select(.program == "libpmemblk-untimed"))[0].iops) as $untimed |
	.[] | . as $row | [.iops, if .program | endswith("-sparse") then $untimed else $base end] | transpose | map(.[0] / .[1]) |
	add / 2 - $row.over_libpmemblk.median | fabs | select(. > 1e-3)]' "$T/out.json")" '[]'
is '... the plot has a row for each ratio of a program in it' "$(grep -c '^0' "$T/out.tsv")" \
	"$(jq '[.figures[] | select(.clock == "unordered" and (.program | test("^(libpmemblk|null)") | not))] | length' "$T/out.json")"
like '... and is an SVG' "$(head -c 400 "$T/out.svg")" '<svg'
is '... a run this short judges no target' "$(jq -r '[.targets[].verdict] | unique | join(" ")' "$T/out.json")" 'not judged'
like '... the time that is left is printed' "$(cat "$T/progress")" 'round 2 of 2, mix 512, 1 thread; about [0-9]+ (seconds|minutes) left'

# verdicts of figures made up so that btt is exactly 2, and fio exactly 2 times slower, than the loop
cat >"$T/judge.pl" <<'END'
use Figures qw(judge);
my %figures = (0 => {
	libpmemblk => {unordered => {iops => [100, 200, 400]}}, fio => {unordered => {iops => [50, 100, 200]}},
	btt => {unordered => {iops => [200, 390, 880]}}});
my $bench = {cases => [{op => 'write', bs => 512, threads => 1}], figures => \%figures, quick => 0,
	harness => {'uniform unordered' => [19, 21, 25], 'seq unordered' => [30, 20, 10]}};
print map { "$_->{text}: $_->{verdict}, $_->{measured}{median}\n" } grep { $_->{measured} } @{judge($bench)};
END
is 'the median of the ratios, not the ratio of the medians, is judged' "$(perl -I"$SRC/tests/peers" "$T/judge.pl")" \
	'write 512, 1 thread: btt over libpmemblk: met, 2
write 512, 1 thread: btt over fio: met, 4
harness, uniform, unordered clock: ns: missed, 21
harness, seq, unordered clock: ns: met, 20'

# the same figures in the tables and files
cat >"$T/tables.pl" <<'END'
use Figures qw(judge print_case print_targets rows write_table);
my ($wanted) = @ARGV;
my %figures = (0 => {
	libpmemblk => {unordered => {iops => [100, 200, 400], p50_ns => [9, 8, 7], p99_ns => [30, 20, 10], p999_ns => [5, 5, 5], disturbed => [0, 1, 0]}},
	btt => {unordered => {iops => [150, 390, 880], p50_ns => [3, 2, 1], p99_ns => [6, 5, 4], p999_ns => [9, 9, 9], disturbed => [1, 0, 0]},
		ordered => {iops => [100, 300, 200], p50_ns => [13, 12, 11], p99_ns => [16, 15, 14], p999_ns => [19, 19, 19], disturbed => [0, 1, 0]}}});
my $bench = {cases => [{op => 'write', bs => 512, threads => 1}], figures => \%figures, quick => 0, rounds => 3,
	programs => [['libpmemblk', 'plain loop'], ['btt', 'our btt']], harness => {}};
if ($wanted eq 'case') { print_case($bench, 0) }
elsif ($wanted eq 'targets') { print_targets(judge($bench)) }
elsif ($wanted eq 'table') { write_table($bench, judge($bench), '/dev/stdout', 'made up') }
else { print map { join(' ', @$_{qw(program clock disturbed)}, $_->{over_libpmemblk}{median} // '-') . "\n" } @{rows($bench)} }
END
# tables NAME: one of them, without runs of spaces
tables() {
	perl -I"$SRC/tests/peers" "$T/tables.pl" "$1" | tr -s ' \t' '  ' | sed 's/^ //'
}
is 'a case has medians, ranges, ratios, and its disturbed runs' "$(tables case | tail -n 2)" 'plain loop 0.2 0.1 0.4 1.00 1.00 1.00 8 20 - - - !1
our btt 0.4 0.1 0.9 1.95 1.50 2.20 2 5 0.2 12 15 !2'
is 'a target that is missed has capitals' "$(tables targets | grep '^write 512, 1 thread: btt over libpmemblk ')" \
	'write 512, 1 thread: btt over libpmemblk >= 2 1.95 1.50 2.20 MISSED'
is '... one without figures is not judged' "$(tables targets | grep -c '2 threads: .* - - - not judged$')" \
	"$(grep -c '^ratio .* 2 ' "$SRC/tests/peers/targets")"
is 'the plot has the ratio and its target' "$(tables table | tail -n 1)" '0 0 write 512 0 our btt 1.9500 1.5000 2.2000 2'
is 'JSON has a row for each clock, with its disturbed runs' "$(tables rows)" 'libpmemblk unordered 1 1
btt unordered 1 1.95
btt ordered 1 -'

# a loop changes a pool as its library does
export PMEM_IS_PMEM_FORCE=1
ok 'the loop makes a pool' "$loop" create "$T/pool" 512 33554432
for library in libpmemblk libbtt; do
	ok "... and mixes operations on it through $library" "$loop" $library "$T/pool" 512 mix 2 0.02 0.01 1 timed
	ok '... the pool is consistent after that' "$BTTBENCH" check "$T/pool"
done
exits 'a missing pool is an error' 1 "$loop" libbtt "$T/none" 512 read 1 0.01 0 1 timed
exits 'an unknown way to measure is a usage error' 2 "$loop" libbtt "$T/pool" 512 read 1 0.01 0 1

"$peers" --quick "$build" "$T/killed" >/dev/null 2>"$T/progress" &
pid=$!
until ls -d "/dev/shm/bttbench-peers.$pid."*/pool-512 >/dev/null 2>&1 || ! kill -0 $pid 2>/dev/null; do sleep 0.05; done
kill -TERM $pid
wait $pid
is 'a run that is ended ends with 130' $? 130
is '... and leaves nothing behind' "$(ls -d "/dev/shm/bttbench-peers.$pid."* 2>/dev/null)" ''
plan_done
