#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
# bttbench repair and check for their user: repaired damage, damage that is left and reported, a dry run without
# changes, every exit status, findings as JSON, and the check of the parent.
# shellcheck source=tests/cli/tap.sh disable=SC2016 # sh -c expands them
. "$SRC/tests/cli/tap.sh"
# shellcheck source=tests/cli/damage.sh
. "$SRC/tests/cli/damage.sh"

export PMEM_IS_PMEM_FORCE=1
ns=$T/ns
schema=$SRC/results/bttbench.findings-1.schema.json

# valid FILE: the findings in FILE fit the schema
valid() {
	jq -e . "$1" >"$T/null" && jsonschema -i "$1" "$schema"
}

# blocks: reads the twenty written blocks
blocks() {
	"$BTTBENCH" read "$ns" --count=20
}

same_blocks() {
	blocks | cmp - "$T/data"
}

# with_words FILE: the findings of a dry run in the words of a repair
with_words() {
	sed 's/would repair/repaired/' "$1"
}

# is_repaired NAME MESSAGE ARG...: a dry run prints MESSAGE and changes nothing; repair does it and leaves a consistent layout
is_repaired() {
	what=$1 says=$2
	shift 2
	cp "$ns" "$T/before"
	"$BTTBENCH" repair "$ns" --dry-run "$@" >"$T/would" 2>"$T/err"
	is "$what: a dry run exits 0, in silence" "$?$(cat "$T/err")" 0
	same '... and changes nothing' "$ns" "$T/before"
	"$BTTBENCH" repair "$ns" --dry-run --format=json "$@" >"$T/would.json"
	ok '... nor as JSON, and the JSON is valid' valid "$T/would.json"
	"$BTTBENCH" repair "$ns" "$@" >"$T/did" 2>"$T/err"
	is '... repair exits 0, in silence' "$?$(cat "$T/err")" 0
	like "... and prints: $says" "$(cat "$T/did")" "^repaired: $says"
	is '... the same text as the dry run' "$(with_words "$T/would")" "$(cat "$T/did")"
	is '... as many findings as in the JSON' "$(jq '.findings | map(select(.outcome == "would repair")) | length' "$T/would.json")" \
		"$(grep -c '^repaired: ' "$T/did")"
	like '... the verdict' "$(tail -n 1 "$T/did")" "^$ns: consistent: repaired [0-9]*, left 0\$"
	exits '... check agrees' 0 "$BTTBENCH" check "$ns"
	like '... nothing is left to do' "$("$BTTBENCH" repair "$ns")" 'consistent, nothing to repair$'
}

# left NAME MESSAGE ARG...: repair exits with 1, prints MESSAGE and changes no byte
left() {
	what=$1 says=$2
	shift 2
	cp "$ns" "$T/before"
	"$BTTBENCH" repair "$ns" "$@" >"$T/did" 2>"$T/err"
	is "$what: exit 1, in silence" "$?$(cat "$T/err")" 1
	like "... and prints: $says" "$(cat "$T/did")" "^left: error: $says"
	like '... the verdict' "$(tail -n 1 "$T/did")" "^$ns: NOT consistent: repaired 0, left [1-9]"
	same '... left byte for byte' "$ns" "$T/before"
	exits '... check still finds it' 1 "$BTTBENCH" check "$ns"
	"$BTTBENCH" repair "$ns" --dry-run --format=json "$@" >"$T/would.json"
	is '... a dry run exits 1 too' $? 1
	ok '... its JSON is valid, and says not consistent' jq -e '.consistent == false and all(.findings[]; .outcome == "left")' "$T/would.json"
	ok '...' valid "$T/would.json"
}

# refused STATUS TEXT ARG...: this exit status, one line with TEXT, nothing on standard output, and the image does not change
refused() {
	want=$1 text=$2
	shift 2
	cp "$ns" "$T/before"
	"$BTTBENCH" "$@" >"$T/out" 2>"$T/err" </dev/null
	got=$?
	echo "exit $got; out: $(head -c 200 "$T/out"); err: $(cat "$T/err")"
	[ "$got" -eq "$want" ] && [ ! -s "$T/out" ] && [ "$(wc -l <"$T/err")" -eq 1 ] && grep -q -e "$text" "$T/err" &&
		cmp "$ns" "$T/before"
}

# fresh FLAVOUR: writes twenty blocks through lane 0, and sets the offsets of the tables
fresh() {
	rm -f "$ns"
	"$BTTBENCH" format "$ns" --size=20M --flavour="$1" >"$T/said" || bail 'no namespace'
	"$BTTBENCH" write "$ns" <"$T/data" || bail 'no blocks'
	start=$(info .btt.start)
	infooff=$(info '.btt.arenas[0].infooff')
	mapoff=$((start + $(info '.btt.arenas[0].mapoff')))
	flogoff=$((start + $(info '.btt.arenas[0].flogoff')))
	cp "$ns" "$T/good.$1"
}

head -c 81920 /dev/urandom >"$T/data"

# repair leaves a sound layout alone
fresh uefi
"$BTTBENCH" repair "$ns" >"$T/did"
is 'a sound layout: exit 0' $? 0
like '... and nothing done' "$(cat "$T/did")" "^$ns: consistent, nothing to repair\$"
same '... to any byte' "$ns" "$T/good.uefi"

# unambiguous damage
poke 100 '\377'
is_repaired 'a wrong byte in the info block' 'arena 0, info: restored from its copy'
same '... and restores every byte' "$ns" "$T/good.uefi"
dd if=/dev/zero of="$ns" bs=4096 seek=$((infooff / 4096)) count=1 conv=notrunc status=none
is_repaired 'a lost backup' 'arena 0, backup: restored from its copy'
same '... and restores every byte' "$ns" "$T/good.uefi"
seal 48 '\1'
is_repaired 'the error flag alone' 'arena 0, flags: cleared the error flag'
same '... and restores every byte' "$ns" "$T/good.uefi"
poke $((mapoff + 4 * 19)) '\0\0\0\0'
is_repaired 'a write that was cut after its commit' 'arena 0, map, lba 19, block 19, post-map block [0-9]*: completed a write that was interrupted'
ok '... every block is there, even the last write' same_blocks
same '... and restores every byte' "$ns" "$T/good.uefi"

# a log of a kernel before 4.15: slots 0 and 2
fresh kernel
dd if="$ns" of="$T/slot" bs=16 skip=$((flogoff / 16 + 1)) count=1 status=none
dd if="$T/slot" of="$ns" bs=16 seek=$((flogoff / 16 + 2)) conv=notrunc status=none
dd if=/dev/zero of="$ns" bs=16 seek=$((flogoff / 16 + 1)) count=1 conv=notrunc status=none
ok 'a log in slots 0 and 2 can be read' same_blocks
like '... and check names the slots' "$("$BTTBENCH" check "$ns")" 'slots 0 and 2 are used, as by kernels before 4.15'
is_repaired '... and converted' 'arena 0, flog'
ok '... every block is there' same_blocks
unlike '... and check finds no more' "$("$BTTBENCH" check "$ns")" 'slots'

# ambiguous damage
cp "$T/good.uefi" "$ns"
start=0 infooff=$(info '.btt.arenas[0].infooff') mapoff=$(info '.btt.arenas[0].mapoff') flogoff=$(info '.btt.arenas[0].flogoff')
poke $((mapoff + 28)) '\377\377\377\377'
left 'a map entry out of range' 'arena 0, map, lba 7, block 7, post-map block 1073741823: '
seal 48 '\1'
left '... and the error flag' 'arena 0, flags: the error flag stays: another fault is left'
cp "$T/good.uefi" "$ns"
poke $((flogoff + 5 * 64 + 12)) '\5'
left 'a sequence number above 3' 'arena 0, flog.seq, lane 5: '

# two blocks in one place: only the user can choose one
twins() {
	cp "$T/good.uefi" "$ns"
	dd if="$ns" of="$T/entry" bs=4 skip=$((mapoff / 4 + 8)) count=1 status=none
	dd if="$T/entry" of="$ns" bs=4 seek=$((mapoff / 4 + 7)) conv=notrunc status=none
}
twins
left 'two blocks in one place, without --keep' 'arena 0, map, lba 8, .* also belongs to lba 7$'
"$BTTBENCH" check "$ns" --format=json >"$T/found.json"
ok '... as JSON valid' valid "$T/found.json"
place=$(od -An -tu4 "$T/entry")
is '... with place and severity' "$(jq -c '.findings[] | select(.lba == 8) | [.severity, .arena, .field, .lane, .lba, .premap, .postmap]' "$T/found.json")" \
	"[\"error\",0,\"map\",null,8,8,$((place & 0x3fffffff))]"
is '... and without an outcome, because check repairs nothing' "$(jq '[.findings[] | has("outcome")] | any' "$T/found.json")" false
ok 'a choice of both' refused 1 'to keep have one place' repair "$ns" --keep=7,8
ok 'a choice beyond the end' refused 1 'lba 99999 to keep: there are' repair "$ns" --keep=99999
ok 'a choice that is no number' refused 2 'not a number' repair "$ns" --keep=seven
is_repaired '--keep=8' 'arena 0, map, lba 7, block 7, post-map block [0-9]*: marked bad' --keep=8
not_ok '... block 7 can not be read' "$BTTBENCH" read "$ns" --lba=7
tail -c 49152 "$T/data" >"$T/last12"
ok '... 8 and the others can' sh -c '"$BTTBENCH" read "$0" --lba=8 --count=12 | cmp - "$1"' "$ns" "$T/last12"
ok '... until it is written' sh -c 'head -c 4096 "$1" | "$BTTBENCH" write "$0" --lba=7 && "$BTTBENCH" read "$0" --lba=7 | cmp -n 4096 - "$1"' "$ns" "$T/data"
twins
is_repaired '--keep=7' 'arena 0, map, lba 8, block 8, .*: marked bad' --keep=7

# equal findings of consecutive lanes are one line, counted one by one
cp "$T/good.uefi" "$ns"
for lane in 20 21 22 23; do
	poke $((flogoff + lane * 64 + 12)) '\5'
done
left 'four lanes with the same damage' 'arena 0, flog.seq, lanes 20-23: 5 must be at most 3'
is '... in one line' "$(grep -c 'flog.seq' "$T/did")" 1
like '... as four findings, and one for their blocks' "$(tail -n 1 "$T/did")" 'left 5$'
is '... which the JSON has one by one' "$(jq -c '[.findings[] | select(.field == "flog.seq") | .lane]' "$T/would.json")" '[20,21,22,23]'

# flog finding as JSON; lane and field
cp "$T/good.uefi" "$ns"
poke $((flogoff + 5 * 64 + 12)) '\5'
"$BTTBENCH" check "$ns" --format=json >"$T/found.json"
is 'a log entry as JSON: exit 1' $? 1
ok '... valid' valid "$T/found.json"
is '... its place' "$(jq -c '.findings[0] | [.severity, .arena, .field, .lane, .lba, .premap]' "$T/found.json")" '["error",0,"flog.seq",5,null,null]'
"$BTTBENCH" check "$T/good.uefi" --format=json >"$T/found.json"
is 'a sound layout as JSON: exit 0' $? 0
ok '... valid' valid "$T/found.json"
is '... without findings' "$(jq -c '[.findings, .consistent]' "$T/found.json")" '[[],true]'

# both info blocks are damaged
cp "$T/good.uefi" "$ns"
dd if=/dev/zero of="$ns" bs=4096 count=1 conv=notrunc status=none
poke $((infooff + 100)) '\377'
ok 'both info blocks damaged' refused 1 . repair "$ns"
cp "$T/good.uefi" "$ns"
exec 8<>"$ns"
flock -s 8
ok 'repair is refused beside a reader' refused 1 'in use' repair "$ns"
ok '... except as a dry run' "$BTTBENCH" repair "$ns" --dry-run
exec 8<&-
cp "$T/good.uefi" "$ns"
poke 100 '\377'
"$BTTBENCH" repair "$ns" >/dev/full 2>"$T/err"
is 'standard output that is full: exit 1' $? 1
one_line '... and one line' "$T/err"
exits '... but the layout is repaired' 0 "$BTTBENCH" check "$ns"

# the parent must match
one=01234567-89ab-cdef-0123-456789abcdef
two=fedcba98-7654-3210-fedc-ba9876543210
rm -f "$ns"
"$BTTBENCH" format "$ns" --size=20M --parent-uuid=$one >"$T/said"
for command in check repair info read zero; do
	ok "$command accepts the parent in the layout" "$BTTBENCH" $command "$ns" --parent-uuid=$one
	ok "$command accepts any parent without --parent-uuid" "$BTTBENCH" $command "$ns"
	ok "$command refuses another parent" refused 1 "parent_uuid=$one: belongs to another namespace" $command "$ns" --parent-uuid=$two
done
for command in write verify run; do
	ok "$command refuses another parent" refused 1 "parent_uuid=$one: belongs to another namespace" $command "$ns" --parent-uuid=$two
done
ok 'a text that is no uuid' refused 2 'not a uuid' check "$ns" --parent-uuid=1
rm -f "$ns"
"$BTTBENCH" format "$ns" --size=20M >"$T/said"
ok 'a layout without a parent is anybody'"'"'s' "$BTTBENCH" check "$ns" --parent-uuid=$two

plan_done
