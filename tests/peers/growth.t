#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
# A short bench-growth measures every point in every round, and its ratios follow from the figures.
# shellcheck source=tests/cli/tap.sh disable=SC2016 # jq has variables too
. "$SRC/tests/cli/tap.sh"

[ "${VARIANT:-release}" = release ] || skip_all 'a sanitizer is too slow for a comparison'
ok 'a quick run ends well' sh -c "'$SRC/tests/peers/growth.pl' --quick '$BTTBENCH' '$T/out' >'$T/text' 2>'$T/said'"
[ -s "$T/out.json" ] || bail "$(cat "$T/said")"
ok '... its JSON fits the schema' jsonschema -i "$T/out.json" "$SRC/results/bttbench.growth-1.schema.json"
is '... each study has its points, for reads and for writes' \
	"$(jq -r '[.rows[] | "\(.study) \(.point)"] | group_by(.) | map("\(.[0]) x\(length)") | join(", ")' "$T/out.json")" \
	'lanes 1 x2, lanes 2 x2, lanes 4 x2, nfree 2 x2, nfree 64 x2, size 32 MiB x2, size 64 MiB x2'
is '... each point has a value for each round' "$(jq -c '[.rows[] | .ns, .raw_ns | values | length] | unique' "$T/out.json")" '[2]'
is '... the growth is relative to two lanes, two free blocks, or the smallest size' "$(jq -c '
	[.rows | group_by([.study, .rw])[] | . as $all |
	 (map(select(.point == (if .study == "size" then "32 MiB" else "2" end)))[0]) as $base | .[] |
	 . as $row | [.ns, (.raw_ns // [1, 1]), $base.ns, ($base.raw_ns // [1, 1])] | transpose | map(.[0] / .[1] / (.[2] / .[3])) |
	 add / 2 - $row.growth.median | fabs | select(. > 1e-3)]' "$T/out.json")" '[]'
is '... a run this short judges nothing' "$(jq -r '[.rows[].verdict] | unique[]' "$T/out.json")" 'not judged'
is '... and prints a line for each point' "$(grep -c 'not judged' "$T/text")" "$(jq '.rows | length' "$T/out.json")"

# verdicts, from the figures of a stand-in for bttbench. With 4096 free blocks an op costs 1.05, $1 and 1.3 times the base in
# the three rounds; with 1024, 1.09 times. Other costs depend on the round, and on the size also with engine=raw. Exits with $2
# or 4.
stand_in() {
	cat >"$T/stand_in" <<END
#!/usr/bin/perl
use JSON::PP;
my (\$key, \$values) = map { /^--vary=(\w+)=(.*)/ ? (\$1, \$2) : () } @ARGV;
my (\$rw) = map { /^rw=rand(.*)/ ? \$1 : () } @ARGV;
my \$ns = \$ARGV[1] =~ /^dram:(\d+)M/ ? \$1 : die;
my @runs;
for my \$round (3, 1, 2) {
	for my \$value (reverse split /,/, \$values) {
		my \$grown = "\$key \$value" eq 'nfree 4096' ? (0, 1.05, $1, 1.3)[\$round] : "\$key \$value" eq 'nfree 1024' ? 1.09 : 1;
		my \$cost = 100 * \$round * \$grown * (\$key eq 'engine' ? \$ns * (\$value eq 'raw' ? 1 : 2) : 1);
		push @runs, {point => {\$key => \$value}, round => \$round, status => "\$round \$value" eq '2 16' ? 'invalid' : 'valid',
			ops => {read => {count => \$rw eq 'read' ? 9 : 0, iops => 1e9 / \$cost}, write => {count => \$rw eq 'write' ? 9 : 0, iops => 1e9 / \$cost}}};
	}
}
print encode_json({tool => {version => '1', commit => 'c'}, host => {cpu_model => 'm', kernel => 'k', cpus => 2}, runs => \@runs});
exit ${2:-4};
END
	chmod +x "$T/stand_in"
}
stand_in 1.12
exits 'a cost that grows by 12 %: exit 3' 3 env ROUNDS=3 "$SRC/tests/peers/growth.pl" "$T/stand_in" "$T/made_up"
is '... that point grows, and no other' "$(jq -r '[.rows[] | select(.verdict != "flat") | "\(.study) \(.rw) \(.point) \(.verdict)"] | join(", ")' "$T/made_up.json")" \
	'nfree randwrite 4096 grows, nfree randread 4096 grows'
is '... its growth is the median of the quotients of the rounds' \
	"$(jq -c '[.rows[] | select(.point == "4096") | .growth | [.median, .lowest, .highest] | map(. * 1000 | round)] | unique' "$T/made_up.json")" '[[1120,1050,1300]]'
is '... the cost of raw memory is no growth' "$(jq -c '[.rows[] | select(.study == "size") | .growth.highest] | unique' "$T/made_up.json")" '[1]'
is '... invalid runs are counted' "$(jq -c '[.rows[] | select(.invalid > 0) | .study] | unique' "$T/made_up.json")" '["lanes","nfree"]'
stand_in 1.08
exits 'a cost that grows by 9 %: exit 0' 0 env ROUNDS=3 "$SRC/tests/peers/growth.pl" "$T/stand_in" "$T/made_up"
stand_in 1.08 1
rm "$T/made_up.json"
exits 'a sweep that fails: exit 1' 1 "$SRC/tests/peers/growth.pl" "$T/stand_in" "$T/made_up"
not_ok '... no file' test -e "$T/made_up.json"
exits 'without a name for the result it is a usage error' 2 "$SRC/tests/peers/growth.pl" "$BTTBENCH"
plan_done
