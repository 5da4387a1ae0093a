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
	 [.ns, (.raw_ns // [1, 1]), $base.ns, ($base.raw_ns // [1, 1])] | transpose | map(.[0] / .[1] / (.[2] / .[3])) | add / 2 * 100 | round]' "$T/out.json")" \
	"$(jq -c '[.rows | group_by([.study, .rw])[][] | .growth.median * 100 | round]' "$T/out.json")"
is '... a run this short judges nothing' "$(jq -r '[.rows[].verdict] | unique[]' "$T/out.json")" 'not judged'
is '... and prints a line for each point' "$(grep -c 'not judged' "$T/text")" "$(jq '.rows | length' "$T/out.json")"
exits 'without a name for the result it is a usage error' 2 "$SRC/tests/peers/growth.pl" "$BTTBENCH"
plan_done
