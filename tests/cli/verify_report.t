#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
# bttbench verify: its summary, its JSON, --region, and one line for bad blocks in a row.
# shellcheck source=tests/cli/tap.sh disable=SC2016 # jq has variables too
. "$SRC/tests/cli/tap.sh"

PMEM_IS_PMEM_FORCE=1
export PMEM_IS_PMEM_FORCE
ns=$T/ns
state=$T/state
schema=$SRC/results/bttbench.verify-1.schema.json

# verify STATUS ARG...: the exit status is STATUS, with nothing on standard error; the text is in $T/text, the JSON,
# which fits the schema, in $T/json
verify() {
	want=$1
	shift
	"$BTTBENCH" verify "$ns" "$@" >"$T/text" 2>"$T/err"
	got=$?
	"$BTTBENCH" verify "$ns" --format=json "$@" >"$T/json" 2>>"$T/err"
	echo "exit $got and $?, text: $(head -c 1000 "$T/text") $(cat "$T/err")"
	[ $got -eq "$want" ] && [ ! -s "$T/err" ] && jsonschema -i "$T/json" "$schema" && jq -es 'length == 1' "$T/json"
}

# json FILTER: of the last JSON
json() {
	jq -rc "$1" "$T/json"
}

"$BTTBENCH" format "$ns" --size=32M >"$T/said" || bail 'no namespace'
n=$("$BTTBENCH" info "$ns" --format=json | jq .btt.nlba)
"$BTTBENCH" run "$ns" --set rw=write --set ops="$n" --set runtime=0 --set verify=stamp --set precondition=none \
	--verify-state="$state" >"$T/said" || bail 'no load'

# summary
ok 'without a state file' verify 0
is '... the summary says that the stamps alone were checked' "$(cat "$T/text")" \
	"$ns: good: $n blocks checked against their stamps alone; layout consistent"
is '... and so does the JSON' "$(json '[.state, .checked.total, .checked.by_state, .checked.by_stamp, .good, .layout.consistent]')" \
	"[null,$n,0,$n,true,true]"
ok 'with a state file' verify 0 --state="$state"
is '... the summary says so' "$(cat "$T/text")" \
	"$ns: good: $n blocks checked: $n against the state file, 0 against their stamps alone; layout consistent"
is '... and the JSON' "$(json '[.namespace, .state, .checked.total, .checked.by_state, .checked.by_stamp, .skipped.outside_region]')" \
	"[\"$ns\",\"$state\",$n,$n,0,0]"

# region: 4096-byte blocks
ok 'a region in bytes' verify 0 --region=offset:40k,size:80k --state="$state"
is '... is all that is checked, and the rest is counted with the reason' "$(cat "$T/text")" \
	"$ns: good: 20 blocks checked: 20 against the state file, 0 against their stamps alone; $((n - 20)) skipped, as they are outside the region; layout consistent"
is '... also in the JSON' "$(json '[.region.first_lba, .region.count, .checked.total, .skipped.outside_region]')" "[10,20,20,$((n - 20))]"
ok 'a region in percent' verify 0 --region=offset:50%
is '... goes up to the end' "$(json '.region.first_lba + .region.count')" "$n"
for region in 'size:0' 'offset' 'start:1' 'size:4k,size:4k'; do
	exits "--region=$region: exit 2" 2 "$BTTBENCH" verify "$ns" --region="$region"
	like '... with the reason' "$tap_output" "^bttbench: --region=$region: .*allowed: "
done
for region in 'offset:100,size:4k' 'offset:1G' 'size:1G'; do
	exits "--region=$region: exit 1" 1 "$BTTBENCH" verify "$ns" --region="$region"
	like '... with the reason' "$tap_output" "^bttbench: --region=$region: .*allowed: "
done
exits '--format=xml: exit 2' 2 "$BTTBENCH" verify "$ns" --format=xml

# bad blocks in a row, more than any part of the check keeps
head -c $((4096 * 300)) /dev/urandom | "$BTTBENCH" write "$ns" --lba=1000 || bail 'no damage'
"$BTTBENCH" read "$ns" --lba=5 >"$T/5"
"$BTTBENCH" write "$ns" --lba=7 <"$T/5" || bail 'no damage'
ok '301 bad blocks: exit 1' verify 1
is '... in two lines, and one for each kind, and the summary' "$(wc -l <"$T/text")" 5
like '... the block in the wrong place' "$(cat "$T/text")" '^misdirected: block 7: expected one stamp of lba 7, or zeros; found .*lba 5'
like '... the blocks in a row' "$(cat "$T/text")" '^foreign: 300 blocks from 1000: in the first, expected .*lba 1000.*; found '
like '... the counts' "$(tr '\n' ' ' <"$T/text")" ' misdirected: 1 block foreign: 300 blocks '
like '... the summary' "$(tail -n 1 "$T/text")" "^$ns: NOT good: $n blocks checked against their stamps alone; layout consistent"
is '... the JSON has each block' "$(json '[.findings[] | select(.kind == "foreign") | .lba] == [range(1000; 1300)]')" true
is '... and their number' "$(json '[.counts.foreign, .counts.misdirected, (.findings | length), .good]')" '[300,1,301,false]'
ok 'outside a region they do not count' verify 0 --region=offset:5600k
ok '... at its end they do' verify 1 --region=size:4004k
is '... as many as are in it' "$(json '[.counts.foreign, .counts.misdirected]')" '[1,1]'
for i in $(seq 100); do
	head -c 4096 /dev/urandom | "$BTTBENCH" write "$ns" --lba=$((2000 + 2 * i))
done
ok '100 bad blocks that are not in a row' verify 1
is '... 64 lines are enough' "$(grep -cE '^(foreign|misdirected): .*expected' "$T/text")" 64
like '... with the number of the others' "$(cat "$T/text")" '^\.\.\. and 38 more; --format=json has every block$'
like '... all are counted' "$(cat "$T/text")" '^foreign: 400 blocks$'
is '... and the JSON has each' "$(json '.findings | length')" 401
"$BTTBENCH" verify "$ns" --format=json >/dev/full 2>"$T/err"
is 'standard output that is full: exit 1' $? 1
one_line '... and one line' "$T/err"

plan_done
