#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
# bttbench check: consistent and damaged layouts, and check changes nothing.
# shellcheck source=tests/cli/tap.sh
. "$SRC/tests/cli/tap.sh"
# shellcheck source=tests/cli/damage.sh
. "$SRC/tests/cli/damage.sh"

PMEM_IS_PMEM_FORCE=1
export PMEM_IS_PMEM_FORCE
ns=$T/ns
good=$T/good

# refused STATUS ARG...: the exit status is STATUS, one line on standard error, nothing on standard output
refused() {
	want=$1
	shift
	"$BTTBENCH" "$@" >"$T/out" 2>"$T/err" </dev/null
	got=$?
	echo "exit $got; out: $(head -c 200 "$T/out"); err: $(cat "$T/err")"
	[ "$got" -eq "$want" ] && [ ! -s "$T/out" ] && [ "$(wc -l <"$T/err")" -eq 1 ] && grep -q '^bttbench: .' "$T/err"
}

# checked NAME STATUS VERDICT FINDING...: exit status, verdict line, one finding for each expression and no other, and
# the namespace does not change
checked() {
	what=$1 want=$2 verdict=$3
	shift 3
	before=$(cksum <"$ns")
	"$BTTBENCH" check "$ns" >"$T/out" 2>"$T/err"
	status=$?
	is "$what: exit $want, nothing on standard error" "$status $(cat "$T/err")" "$want "
	if [ $# -eq 0 ]; then
		findings='0 findings'
	elif [ $# -eq 1 ]; then
		findings='1 finding'
	else
		findings="$# findings"
	fi
	like "... $verdict, $findings" "$(tail -n 1 "$T/out")" "^$ns: $verdict: flavour .* $findings\$"
	is '... a line for each' "$(wc -l <"$T/out")" $(($# + 1))
	for finding; do
		like "... $finding" "$(head -n -1 "$T/out")" "$finding"
	done
	is '... and every byte is unchanged' "$(cksum <"$ns")" "$before"
}

# sound
for flavour in uefi kernel pmdk; do
	rm -f "$ns"
	"$BTTBENCH" format "$ns" --size=20M --flavour=$flavour --lbasize=512 --nfree=300 >"$T/said"
	checked "$flavour, fresh" 0 consistent
	may_lose_time "$BTTBENCH" run "$ns" --set ops=3000 --set threads=2 --set oversubscribe=1 --set lanes=8 >"$T/said" 2>"$T/err" ||
		bail run
	checked "$flavour, after a load" 0 consistent
done
rm -f "$ns"
"$BTTBENCH" format "$ns" --size=20M >"$T/said"
head -c 81920 /dev/urandom | "$BTTBENCH" write "$ns"
infooff=$(info '.btt.arenas[0].infooff')
mapoff=$(info '.btt.arenas[0].mapoff')
flogoff=$(info '.btt.arenas[0].flogoff')
cp "$ns" "$good"
seal 48 '\0'
same 'this test computes the same checksum as the library' "$ns" "$good"

# info blocks
dd if=/dev/zero of="$ns" bs=4096 count=1 conv=notrunc status=none
checked 'the primary lost' 1 'NOT consistent' '^error: arena 0, info: '
cp "$good" "$ns"
dd if=/dev/zero of="$ns" bs=4096 seek=$((infooff / 4096)) count=1 conv=notrunc status=none
checked 'the backup lost' 0 consistent '^warning: arena 0, backup: .*repair restores it'
cp "$good" "$ns"
# byte 20 is random, so 0xff may be there already
poke 20 "\\$(printf %03o $(($(od -An -tu1 -j20 -N1 "$ns") ^ 1)))"
checked 'a flipped bit in the primary' 1 'NOT consistent' '^error: arena 0, info: .*checksum'
cp "$good" "$ns"
seal 48 '\1'
checked 'the error flag' 1 'NOT consistent' '^error: arena 0, flags: '

# map: blocks 7 and 8 have the same post-map block, and the old one of block 7 is lost
cp "$good" "$ns"
dd if="$ns" of="$T/entry" bs=4 skip=$((mapoff / 4 + 8)) count=1 status=none
dd if="$T/entry" of="$ns" bs=4 seek=$((mapoff / 4 + 7)) conv=notrunc status=none
checked 'two blocks in one place' 1 'NOT consistent' '^error: arena 0, map, lba 8, block 8, post-map block [0-9]+: ' \
	'^error: arena 0, map, post-map block [0-9]+: '
cp "$good" "$ns"
poke $((mapoff + 28)) '\377\377\377\377'
checked 'a map entry out of range' 1 'NOT consistent' '^error: arena 0, map, lba 7, block 7, post-map block 1073741823: ' \
	'^error: arena 0, map, post-map block [0-9]+: '
cp "$good" "$ns"
poke $((mapoff + 4 * 100)) '\144\0\0\100'
"$BTTBENCH" check "$ns" >"$T/out"
is 'a block marked bad is no inconsistency' $? 0

# flog; group 5 was never written, so its first slot is the current one
group=$((flogoff + 5 * 64))
cp "$good" "$ns"
poke $((group + 28)) '\1'
checked 'two equal sequence numbers' 1 'NOT consistent' '^error: arena 0, flog.seq, lane 5: ' \
	'^error: arena 0, map, post-map block [0-9]+: '
cp "$good" "$ns"
poke $((group + 12)) '\5'
checked 'a sequence number above 3' 1 'NOT consistent' '^error: arena 0, flog.seq, lane 5: ' \
	'^error: arena 0, map, post-map block [0-9]+: '
cp "$good" "$ns"
poke "$group" '\377\377\377\1'
checked 'a pre-map block that the arena does not have' 1 'NOT consistent' '^error: arena 0, flog.lba, lane 5: ' \
	'^error: arena 0, map, post-map block [0-9]+: '
cp "$good" "$ns"
dd if="$ns" of="$T/group" bs=64 skip=$((flogoff / 64 + 6)) count=1 status=none
dd if="$T/group" of="$ns" bs=64 seek=$((flogoff / 64 + 5)) conv=notrunc status=none
"$BTTBENCH" check "$ns" >"$T/out"
is 'two lanes with the same free block: exit 1' $? 1
like '... with the lane' "$(cat "$T/out")" '^error: arena 0, .*lane [56]'
not_ok '... and the arena cannot be written' "$BTTBENCH" zero "$ns"
cp "$good" "$ns"
poke $((group + 16)) '\377\377\377\377\377\377\377\377\377\377\377\377'
checked 'an inactive slot of garbage is ignored' 0 consistent

# equal findings about consecutive lanes or blocks are one line, and all are counted

# folded NAME COUNT LINE...: check prints one line for each expression and no other, counts COUNT findings, and as JSON
# has each of them
folded() {
	what=$1 count=$2
	shift 2
	"$BTTBENCH" check "$ns" >"$T/out"
	for line; do
		like "$what: $line" "$(cat "$T/out")" "$line"
	done
	is '... no other line' "$(wc -l <"$T/out")" $(($# + 1))
	like "... $count findings" "$(tail -n 1 "$T/out")" ", $count findings\$"
	is '... each in the JSON' "$("$BTTBENCH" check "$ns" --format=json | jq '.findings | length')" "$count"
}
# repeated COUNT BYTES OFF [STEP]: writes BYTES COUNT times, STEP apart (without: one behind the other)
repeated() {
	# shellcheck disable=SC2059 # escape sequences
	for i in $(seq "$1"); do
		if [ $# -eq 3 ]; then printf "$2" >&3; else poke $(($3 + (i - 1) * $4)) "$2"; fi
	done 3>"$T/bytes"
	[ $# -eq 4 ] || dd if="$T/bytes" of="$ns" bs=4 seek=$(($3 / 4)) conv=notrunc status=none
}
cp "$good" "$ns"
repeated 1000 '\377\377\377\377' $((mapoff + 28))
folded '1000 entries out of range' 1001 '^error: arena 0, map, 1000 blocks from lba 7, post-map block 1073741823: out of range' \
	'^error: arena 0, map, post-map block [0-9]+: 1000 blocks up to this one'
poke $((mapoff + 400)) '\376'
folded '... one of them with another place: the place is not shown' 1001 '^error: arena 0, map, 1000 blocks from lba 7: out of range' \
	'^error: arena 0, map, post-map block'
poke $((mapoff + 400)) '\0\0\0\0'
folded '... with a gap' 1000 '^error: arena 0, map, 93 blocks from lba 7, post-map block 1073741823: out of range' \
	'^error: arena 0, map, 906 blocks from lba 101, post-map block 1073741823: out of range' '^error: arena 0, map, post-map block'
cp "$good" "$ns"
repeated 256 '\1' $((flogoff + 32)) 64
folded 'the same in each lane' 256 '^warning: arena 0, flog.padding, lanes 0-255: slots 2 and 3 are not zero$'
repeated 4096 '\377\377\377\377' "$flogoff"
folded 'two findings in each lane, by turns' 513 '^error: arena 0, flog.seq, lanes 0-255: 4294967295 must be at most 3$' \
	'^warning: arena 0, flog.padding, lanes 0-255: ' '^error: arena 0, map, post-map block'
cp "$good" "$ns"
for lane in 3 5 6 9; do
	poke $((flogoff + lane * 64 + 32)) '\1'
done
folded 'lanes that are not consecutive' 4 'lane 3: ' 'lanes 5-6: ' 'lane 9: '
cp "$good" "$ns"

# errors that are not damage
ok 'nothing there' refused 1 check /dev/null
ok 'no namespace' refused 2 check
ok 'two namespaces' refused 2 check "$ns" "$ns"
ok 'dram: is always empty' refused 1 check dram:64M
exec 9<>"$ns"
flock -s 9
ok 'check works beside a reader' "$BTTBENCH" check "$ns"
flock -x 9
ok 'check is refused beside a writer' refused 1 check "$ns"
exec 9<&-
"$BTTBENCH" check "$ns" >/dev/full 2>"$T/err"
is 'standard output that is full: exit 1' $? 1
one_line '... and one line' "$T/err"
chmod 444 "$ns"
ok 'check works on a read-only file' "$BTTBENCH" check "$ns"

plan_done
