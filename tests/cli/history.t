#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
# bttbench history: every action; stores that are damaged, foreign or newer; adds at once and adds that are killed.
# shellcheck source=tests/cli/tap.sh disable=SC2016 # jq has variables too
. "$SRC/tests/cli/tap.sh"

store=$T/h.db
"$BTTBENCH" run dram:16M --set ops=200 --output="$T/run.json" >/dev/null 2>&1
[ -s "$T/run.json" ] || bail 'no result'
jq '.verdict = {status: "valid", reasons: []}' "$T/run.json" >"$T/base.json"

# result NUMBER SCALE [JQ]: $T/NUMBER.json is the base with another id and time, IOPS times SCALE and noise of about 1 %
result() {
	jq --argjson n "$1" --argjson scale "$2" '
		.id = "test-\($n)" | .started_at = (1767225600 + $n * 3600 | todate) | .tool.commit = "commit\($n / 10 | floor)"
		| .runs[].ops[] |= if . then
			.iops *= $scale * (1 + ($n * 5 % 7 - 3) / 300) else . end
		| '"${3:-.}" "$T/base.json" >"$T/$1.json"
}

# history ARG...: with the store of the test
history() {
	"$BTTBENCH" history "$@" --store="$store"
}

# files FIRST LAST: their names
files() {
	seq -f "$T/%g.json" "$1" "$2"
}

i=0
while [ $i -lt 40 ]; do
	if [ $i -lt 20 ]; then result $i 1; else result $i 0.9; fi
	i=$((i + 1))
done

# add, list, show
# shellcheck disable=SC2046
ok 'add takes several results' history add $(files 0 7) --label=branch=main --label=ci=17
is '... and list has them' "$(history list --format=json | jq -c 'map(.number)')" '[1,2,3,4,5,6,7,8]'
is '... with labels' "$(history list --format=json | jq -r '.[3].labels')" 'branch=main ci=17'
is '... as text, too' "$(history list | grep -c ' valid .*branch=main ci=17$')" 8
history show 3 --format=json >"$T/shown"
"$BTTBENCH" show --format=json "$T/2.json" >"$T/want"
same 'show gives back the identical result' "$T/shown" "$T/want"
history show test-2 >"$T/shown"
"$BTTBENCH" show "$T/2.json" >"$T/want"
same '... by its id, as text' "$T/shown" "$T/want"
history add "$T/8.json" "$T/3.json" >"$T/out" 2>"$T/err"
is 'a result that is there already: exit 1, no output' "$?$(cat "$T/out")" 1
is '... one line' "$(cat "$T/err")" "bttbench: $store: result test-3 is in the store already"
is '... and nothing was added' "$(history list --format=json | jq length)" 8
echo '{}' >"$T/foreign.json"
history add "$T/8.json" "$T/foreign.json" >"$T/out" 2>"$T/err"
is 'a file that is no result: exit 1' $? 1
is '... and nothing was added' "$(history list --format=json | jq length)" 8

# check, while the series is short
result 100 1
history check "$T/100.json" >"$T/out"
is 'check with 8 results: exit 4' $? 4
is '... each line says how many more' "$(grep -vc '^short .*: too few results to say: 8, 11 more are needed$' "$T/out")" 0
result 110 1
history check "$T/100.json" "$T/110.json" >"$T/out"
is '... two new results need less' "$?$(grep -vc '^short .*: too few results to say: 8, 2 more are needed$' "$T/out")" 40
# shellcheck disable=SC2046
history add $(files 8 19) >/dev/null
history check "$T/100.json" >"$T/out"
is 'a result like the others: exit 0' $? 0
is '... a line for each metric' "$(grep -c '^fits  ' "$T/out")" "$(wc -l <"$T/out")"
result 101 0.9
history check "$T/101.json" >"$T/out"
is 'a result that is 10 % slower: exit 3' $? 3
like '... the line says why' "$(grep -v '^fits' "$T/out")" \
	'^worse    default  iops [0-9.]+[kM]?, -(9|10)\.[0-9]%: 20 results since 1 have [0-9.]+[kM]? to [0-9.]+[kM]?, median [0-9.]+[kM]?; p 0.0476$'
result 111 0.9
history check "$T/101.json" "$T/111.json" >"$T/out"
is 'two such results: exit 3, and a smaller p' "$?$(sed -n 's/^worse .* iops .*; p //p' "$T/out")" 30.00433
history check "$T/101.json" "$T/100.json" >"$T/out"
is 'one slow and one good result: exit 0' $? 0
history check "$T/101.json" "$T/101.json" >"$T/out" 2>"$T/err"
is 'a result twice: exit 1, no output' "$?$(cat "$T/out")" 1
is '... one line' "$(cat "$T/err")" "bttbench: $T/101.json: the same result as $T/101.json"
is '... as JSON' "$(history check "$T/101.json" --format=json | jq -c 'map(select(.verdict == "worse") | .metric)')" '["iops"]'
exits '... not with a threshold of 20 %' 0 "$BTTBENCH" history check "$T/101.json" --store="$store" --threshold=20%
exits '... nor in another metric' 0 "$BTTBENCH" history check "$T/101.json" --store="$store" --metric=fences
is 'another spelling of a metric is the same metric' "$(history check "$T/101.json" --metric=total.iops | wc -l)" 1
iops='map(select(.metric == "iops"))[0].value'
is 'the value of several results is their median' "$(history check "$T/100.json" "$T/101.json" "$T/111.json" --format=json | jq "$iops")" \
	"$(history check "$T/111.json" --format=json | jq "$iops")"
result 115 1 '.runs[].btt |= (.fences *= 2 | .per_op.fences *= 2)'
history check "$T/115.json" >"$T/out"
is 'more fences: exit 3' $? 3
is '... are worse' "$(grep -c '^worse    default  fences ' "$T/out")" 1
result 102 1.2
history check "$T/102.json" >"$T/out"
is 'a faster result: exit 0' $? 0
is '... is better' "$(grep -c '^better   default  iops ' "$T/out")" 1
result 103 1 '.job.sections[0].keys.seed = "7" | .job.sections[0].given += ["seed"]'
exits 'a result of another job has no series: exit 4' 4 "$BTTBENCH" history check "$T/103.json" --store="$store"
history check "$T/101.json" "$T/103.json" >"$T/out" 2>"$T/err"
is 'results of different jobs: exit 1, no output' "$?$(cat "$T/out")" 1
like '... one line' "$(cat "$T/err")" "^bttbench: $T/103.json: no [a-z0-9.]+ of the series of $T/101.json \(allowed: "
result 104 0.9 '.verdict = {status: "invalid", reasons: ["test"]}'
history check "$T/104.json" >"$T/out" 2>"$T/err"
is 'an invalid result is not judged: exit 4' "$?$(cat "$T/out")" 4
is '... one line' "$(cat "$T/err")" "bttbench: $T/104.json: the result is invalid: it says nothing"

# changes, trend
is 'no changes yet' "$(history changes)" 'changes of 1.0% or more: 0; metrics of series: 12'
# shellcheck disable=SC2046
history add $(files 20 39) >/dev/null
history changes --format=json >"$T/changes"
is 'a step is one change, in one metric' "$(jq -c 'map([.metric, .before.number, .after.number, .better])' "$T/changes")" '[["iops",20,21,false]]'
ok '... of 10 %' jq -e '.[0].percent | . < -9 and . > -11' "$T/changes"
is '... with the commits on either side' "$(jq -c '.[0] | [.before.commit, .after.commit]' "$T/changes")" '["commit1","commit2"]'
like '... as text, too' "$(history changes)" '^  iops +-[0-9.]+% worse +[0-9.]+[kM]? to [0-9.]+[kM]?, between result 20 and 21$'
is '... not with a threshold of 20 %' "$(history changes --threshold=20 --format=json)" '[]'
is 'trend has a row for each result' "$(history trend iops | grep -c '^ *[0-9]* .*commit[0-9] ')" 40
is '... and marks the change' "$(history trend iops | grep '%' | awk '{print $1}')" 21
is '... as JSON' "$(history trend iops --format=json | jq -c '.[0].values | [length, (map(.change) | index(true))]')" '[40,20]'
is '... as CSV' "$(history trend iops --format=csv | awk -F, '$7 == 1 {print $3}')" 21
is 'trend of each kind of op' "$(history trend write.p99 --format=json | jq -r '.[].series.op')" write
history trend read.p12 >"$T/out" 2>"$T/err"
is 'trend of a metric that no result has: exit 1' $? 1
one_line '... one line' "$T/err"
exits 'trend of no metric: exit 2' 2 "$BTTBENCH" history trend speed --store="$store"
history check "$T/101.json" >"$T/out"
is 'check takes the last part of the series' "$?$(grep -c 'iops .*: 20 results since 21 have ' "$T/out")" 01
history add "$T/104.json" "$T/103.json" >"$T/out" 2>"$T/err"
is 'an invalid result is kept' $? 0
is '... a line says so' "$(cat "$T/err")" \
	"bttbench: $T/104.json: the result is invalid: kept, but used for no trend, change or check"
is '... it has no values' "$(history trend iops --format=json | jq -c 'map(.values | length)')" '[40,1]'
is 'another job is another series' "$(history trend iops --format=json | jq -r '.[1].series.job' | grep -c seed=7)" 1
is '... --series chooses' "$(history trend iops --series=4 --format=json | jq length)" 1

# an outlier among the old results
result 120 0.5
store=$T/outlier.db
# shellcheck disable=SC2046
history add $(files 0 18) "$T/120.json" >/dev/null
history check "$T/101.json" >"$T/out"
is 'an outlier is as far as a slow result: exit 4' $? 4
like '... the line names the way out' "$(grep ' iops ' "$T/out")" '^unclear .* iops .*; p 0\.[0-9]+: some of them have outliers \(check several FILEs\)$'
exits '... two slow results are worse' 3 "$BTTBENCH" history check "$T/101.json" "$T/111.json" --store="$store"
result 114 0.955
history check "$T/114.json" >"$T/out"
is 'only the outlier is as far as a result that is 4.5 % slower: exit 4' $? 4
like '... the line names the way out' "$(grep ' iops ' "$T/out")" '^unclear .* -4\.[0-9]%: 20 results .*: some of them have outliers \(check several FILEs\)$'

# a new result that is in the store already
store=$T/again.db
# shellcheck disable=SC2046
history add $(files 0 18) "$T/101.json" >/dev/null
history check "$T/101.json" >"$T/out"
is 'a result is not compared with itself: exit 3' $? 3
is '... only with the others' "$(grep -c ': 19 results since 1 have ' "$T/out")" "$(wc -l <"$T/out")"

# all metrics are judged with the same old results
store=$T/common.db
result 121 1.1 '.started_at = "2025-12-31T00:00:00Z" | .runs[].ops.read.service_ns = null'
# shellcheck disable=SC2046
history add $(files 0 18) "$T/121.json" "$T/19.json" >/dev/null
history check "$T/101.json" >"$T/out"
is 'an old result without some metrics is judged in none: exit 3' $? 3
is '... only the others' "$(grep -c ': 20 results since 1 have ' "$T/out")" "$(wc -l <"$T/out")"
ok '... with their values' sh -c "'$BTTBENCH' history check '$T/101.json' --store='$store' --format=json |
	jq -e 'map(select(.metric == \"iops\"))[0] | .highest < 1.05 * .median'"
store=$T/h.db

# repeats: the median of the good ones
result 105 1 '.runs = [.runs[0] | (.repeat = 1), (.repeat = 2 | .ops[].iops *= 3), (.repeat = 3 | .ops[].iops *= 1.5)] | .job.sections[0].keys.repeat = "3"'
store=$T/repeats.db
ok 'a result with repeats' history add "$T/105.json"
is '... counts with their median' "$(history trend read.iops --format=json | jq '.[0].values[0].value')" \
	"$(jq '.runs[2].ops.read.iops' "$T/105.json")"
store=$T/h.db

# export, into programs that read the formats
history export >"$T/export.csv"
if command -v sqlite3 >/dev/null; then
	sqlite3 "$T/import.db" ".import --csv $T/export.csv t" 2>"$T/err"
	is "sqlite3 imports the CSV" "$?$(cat "$T/err")" 0
	is '... every value' "$(sqlite3 "$T/import.db" 'SELECT count(*) FROM t WHERE metric = '"'iops'")" 41
	is '... and no field is split' "$(sqlite3 "$T/import.db" "SELECT DISTINCT labels FROM t WHERE labels <> ''")" 'branch=main ci=17'
	is '... the values are exact' "$(sqlite3 "$T/import.db" "SELECT value + 0.0 = $(jq '.runs[0].ops.read.iops' "$T/5.json") FROM t WHERE id = 'test-5' AND metric = 'read.iops'")" 1
	is 'the store is sound' "$(sqlite3 "$store" 'PRAGMA integrity_check; PRAGMA foreign_key_check')" ok
else
	skip 'sqlite3 imports the CSV' 'no sqlite3 here'
fi
is 'export as JSON has as many values' "$(history export --format=json | jq length)" "$(($(wc -l <"$T/export.csv") - 1))"
result 106 1 '.started_at = "2026-01-01T00:00:00Z"'
history add "$T/106.json" >/dev/null
history export --format=openmetrics >"$T/om"
if command -v promtool >/dev/null; then
	ok 'promtool makes blocks of the OpenMetrics, also with two results in one second' promtool tsdb create-blocks-from openmetrics "$T/om" "$T/tsdb"
	mkdir -p "$T/tsdb/wal" # dump wants one
	promtool tsdb dump "$T/tsdb" >"$T/dump" 2>"$T/err"
	is '... and has every sample' "$(wc -l <"$T/dump")" "$(grep -vc '^#' "$T/om")"
	like '... with its time' "$(cat "$T/dump")" '__name__="bttbench_history_iops".* 1767225600000$'
else
	skip 'promtool makes blocks of the OpenMetrics' 'no promtool here'
fi

# prune
is 'prune --dry-run says how many' "$(history prune --keep=10 --dry-run)" 'would remove 33 of 43 results'
is '... and removes none' "$(history list --format=json | jq length)" 43
is 'prune --before and --keep: both' "$(history prune --before=2026-01-02 --keep=30)" 'removed 13 of 43 results'
is '... the oldest' "$(history list --format=json | jq -r 'map(.id) | index("test-11"), index("test-106")')" 'null
null'
is 'prune --keep' "$(history prune --keep=5)" 'removed 25 of 30 results'
is '... the newest stay' "$(history list --format=json | jq -c 'map(.id)')" '["test-37","test-38","test-39","test-104","test-103"]'
exits 'prune without a rule: exit 2' 2 "$BTTBENCH" history prune --store="$store"

# usage
# wrong PATTERN ARG...: exit 2, one line
wrong() {
	pattern=$1
	shift
	"$BTTBENCH" history "$@" >"$T/out" 2>"$T/err"
	is "history $*: exit 2, no output" "$?$(cat "$T/out")" 2
	one_line '... one line' "$T/err"
	like '... that says why' "$(cat "$T/err")" "$pattern"
}
wrong '^bttbench: history: no such action \(allowed: add, list, '
wrong '^bttbench: history frob: no such action ' frob
wrong '^bttbench: history add: 0 arguments \(allowed: FILE\.\.\.\)' add
wrong '^bttbench: history check: 0 arguments \(allowed: FILE\.\.\.\)' check
# shellcheck disable=SC2046
wrong '^bttbench: history check: 101 files \(allowed: up to 100\)' check $(seq 101)
wrong '^bttbench: --label: not for .history list. ' list --label=a=b
wrong '^bttbench: --label=main: no label ' add x --label=main
wrong '^bttbench: --format=csv: not for .history list. \(allowed: text, json\)' list --format=csv
wrong '^bttbench: --metric=speed: not a metric ' changes --metric=speed
wrong '^bttbench: --before=yesterday: not a date ' prune --before=yesterday
wrong '^bttbench: --threshold=big: not a percentage ' changes --threshold=big

# the default store
ok 'the default store is below XDG_DATA_HOME' env XDG_DATA_HOME="$T/data" "$BTTBENCH" history add "$T/1.json"
ok '... there' test -s "$T/data/bttbench/history.db"
ok 'or below HOME' env -u XDG_DATA_HOME HOME="$T/home" "$BTTBENCH" history add "$T/1.json"
ok '... there' test -s "$T/home/.local/share/bttbench/history.db"
exits 'list makes no store: exit 1' 1 env XDG_DATA_HOME="$T/none" "$BTTBENCH" history list
not_ok '... nor a folder' test -e "$T/none"

# untouched DESCRIPTION PATTERN: $T/bad is refused by every action with one line, and has the same bytes and neighbours
untouched() {
	cp "$T/bad" "$T/bad.copy"
	for action in list "add $T/50.json" 'prune --keep=0'; do
		# shellcheck disable=SC2086
		"$BTTBENCH" history $action --store="$T/bad" >"$T/out" 2>"$T/err"
		is "$1: history $action: exit 1, no output" "$?$(cat "$T/out")" 1
		one_line '... one line' "$T/err"
		like '... that says why' "$(cat "$T/err")" "$2"
	done
	same '... the file is unchanged' "$T/bad" "$T/bad.copy"
	is '... and has no neighbours' "$(cd "$T" && echo bad*)" 'bad bad.copy'
	rm "$T/bad.copy"
}
result 50 1
cp "$SRC/README.md" "$T/bad"
untouched 'a text file' "^bttbench: $T/bad: no store of bttbench history "
: >"$T/bad"
untouched 'an empty file' "^bttbench: $T/bad: no store of bttbench history "
head -c 3000 "$store" >"$T/bad"
untouched 'a truncated store' "^bttbench: $T/bad: "
cp "$store" "$T/bad"
printf '\0\0\0\2' | dd of="$T/bad" bs=1 seek=60 conv=notrunc 2>/dev/null
untouched 'a store of a newer version' "^bttbench: $T/bad: version 2 of the store, from a newer bttbench "
if command -v sqlite3 >/dev/null; then
	rm "$T/bad"
	sqlite3 "$T/bad" 'CREATE TABLE t (a); INSERT INTO t VALUES (1)'
	untouched 'a database of another program' "^bttbench: $T/bad: no store of bttbench history "
	# every earlier version: 0 has no tables
	sqlite3 "$T/v0.db" 'PRAGMA application_id = 0x62747448'
	ok 'a store of version 0 is brought to this version' "$BTTBENCH" history add "$T/1.json" --store="$T/v0.db"
	is '... and works' "$("$BTTBENCH" history list --store="$T/v0.db" --format=json | jq length)" 1
	is '... it has the tables of a new one' "$(sqlite3 "$T/v0.db" 'PRAGMA user_version' .schema)" "$(sqlite3 "$store" 'PRAGMA user_version' .schema)"
fi
# zeros in the middle: a change is refused
store=$T/big.db
# shellcheck disable=SC2046
history add $(files 0 39) >/dev/null
cp "$store" "$T/bad"
dd if=/dev/zero of="$T/bad" bs=4096 seek=5 count=10 conv=notrunc 2>/dev/null
cp "$T/bad" "$T/copy"
"$BTTBENCH" history add "$T/50.json" --store="$T/bad" >"$T/out" 2>"$T/err"
is 'a store with zeroed pages: add exits with 1' $? 1
one_line '... one line' "$T/err"
same '... the file is unchanged' "$T/bad" "$T/copy"
"$BTTBENCH" history show 3 --store="$T/bad" >"$T/out" 2>"$T/err"
status=$?
ok '... show ends with 1 or with a whole result' [ $status -le 1 ]

# stores of every earlier version: tests/cli/store-VERSION.sql is the text of one, and a new version gets another file
version=$(sqlite3 "$store" 'PRAGMA user_version')
is 'there is a store of each version up to this one' "$(ls "$SRC"/tests/cli/store-*.sql | wc -l)" "$version"
for sql in "$SRC"/tests/cli/store-*.sql; do
	rm -f "$T/early.db"
	sqlite3 "$T/early.db" <"$sql"
	number=${sql##*store-}
	is "a store of version ${number%.sql}: its result" \
		"$("$BTTBENCH" history list --store="$T/early.db" --format=json | jq -c '.[] | [.number, .id, .commit, .labels]')" \
		'[1,"store-1","commit0","branch=main"]'
	is '... its values' "$("$BTTBENCH" history trend read.p99 --store="$T/early.db" --format=json | jq '.[].values[].value')" 5151
	ok '... takes another result' "$BTTBENCH" history add "$T/50.json" --store="$T/early.db"
	is '... is sound, and of this version' "$(sqlite3 "$T/early.db" 'PRAGMA integrity_check; PRAGMA foreign_key_check; PRAGMA user_version')" "ok
$version"
done

# numbered FROM TO: $T/n/N.json, small results with ids of their own
mkdir "$T/n" || bail 'no folder'
jq -c . "$T/base.json" >"$T/small.json"
numbered() {
	id=$(jq -r .id "$T/small.json")
	seq "$1" "$2" | while read -r n; do sed "s/$id/many-$n/" "$T/small.json" >"$T/n/$n.json"; done
}

# four processes
numbered 1 1000
store=$T/four.db
for p in 0 1 2 3; do
	(
		seq $((p * 250 + 1)) $((p * 250 + 250)) | while read -r n; do
			history add "$T/n/$n.json" >/dev/null || echo "$n"
		done >"$T/failed.$p" 2>&1
	) &
done
wait
is '4 processes add 250 results each: none fails' "$(cat "$T"/failed.*)" ''
is '... none is lost' "$(history list --format=json | jq -r '.[].id' | sort | uniq | wc -l)" 1000
is '... each with all its values' "$(history export --format=json | jq -c 'group_by(.id) | map(length) | unique | length')" 1
is '... no temporary file is left' "$(cd "$T" && echo four.db*)" four.db

# kill -9, from the making of the store to the last of 50 adds of 5 results
store=$T/killed.db
i=0 killed=0 bad=
while [ $i -lt 50 ]; do
	"$BTTBENCH" history add $(seq -f "$T/n/%g.json" $((i * 5 + 1)) $((i * 5 + 5))) --store="$store" >/dev/null 2>&1 &
	pid=$!
	sleep "0.0$((i % 10))$((i * 7 % 10))"
	kill -9 $pid 2>/dev/null
	wait $pid 2>/dev/null
	[ $? -ne 137 ] || killed=$((killed + 1))
	i=$((i + 1))
	[ ! -e "$store" ] || history list --format=json >"$T/list" 2>>"$T/err.killed" || bad="$bad $i"
done
diag "$killed of 50 were killed"
ok 'adds are killed' [ $killed -ge 5 ]
is '... the store opens after each' "$bad" ''
"$BTTBENCH" history add "$T/n/999.json" --store="$store" >/dev/null 2>&1
is '... it has whole adds only' "$(history list --format=json | jq -c '[.[] | select(.id != "many-999") | .id[5:] | tonumber - 1]
	| group_by(. / 5 | floor) | map(length) | unique - [5]')" '[]'
is '... and whole results only' "$(history export --format=json | jq -c 'group_by(.id) | map(length) | unique | length')" 1
last=$(history list --format=json | jq -r '.[-2].id // empty')
if [ -n "$last" ]; then
	history show "$last" --format=json | jq -c .id >"$T/out"
	is '... the last one comes back' "$(cat "$T/out")" "\"$last\""
fi

plan_done
