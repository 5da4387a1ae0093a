#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
# bttbench read, write and zero.
# shellcheck source=tests/cli/tap.sh
. "$SRC/tests/cli/tap.sh"

PMEM_IS_PMEM_FORCE=1
export PMEM_IS_PMEM_FORCE
ns=$T/ns
: >"$T/none"

# refused STATUS ARG...: the exit status is STATUS, one line on standard error, nothing on standard output
refused() {
	want=$1
	shift
	"$BTTBENCH" "$@" >"$T/out" 2>"$T/err"
	got=$?
	echo "exit $got; out: $(head -c 200 "$T/out" | od -c); err: $(cat "$T/err")"
	[ "$got" -eq "$want" ] && [ ! -s "$T/out" ] && [ "$(wc -l <"$T/err")" -eq 1 ] && grep -q '^bttbench: .' "$T/err"
}

# keeps STATUS ARG...: refused, and $ns does not change
keeps() {
	before=$(cksum <"$ns")
	refused "$@" && [ "$before" = "$(cksum <"$ns")" ]
}

fresh() {
	rm -f "$ns"
	"$BTTBENCH" format "$ns" "$@" >"$T/said" 2>"$T/warned"
	nlba=$("$BTTBENCH" info --format=json "$ns" | jq .btt.nlba)
	lbasize=$("$BTTBENCH" info --format=json "$ns" | jq .btt.lbasize)
}

# block LBA [COUNT]: the expected bytes
block() {
	"$BTTBENCH" read "$ns" --lba="$1" --count="${2:-1}"
}

# a read returns the written bytes, in every layout
for flavour in uefi kernel pmdk; do
	for size in 512 520 528 4096 4104 4160 4224; do
		fresh --size=18M --flavour=$flavour --lbasize=$size
		head -c $((5 * size)) /dev/urandom >"$T/data"
		ok "$flavour, $size: the last five blocks can be written" \
			"$BTTBENCH" write "$ns" --lba=$((nlba - 5)) --count=5 <"$T/data"
		block $((nlba - 5)) 5 >"$T/got"
		same "$flavour, $size: ... and read back" "$T/data" "$T/got"
		is "$flavour, $size: ... and the block before them does not change" \
			"$(block $((nlba - 6)) | tr -d '\0' | wc -c)" 0
		ok "$flavour, $size: ... and the layout is consistent" "$BTTBENCH" check "$ns"
	done
done

# counts as in a job: k is 1000
fresh --size=18M --lbasize=512
head -c 1024 /dev/urandom >"$T/data"
ok '--lba=1.5k --count=2' "$BTTBENCH" write "$ns" --lba=1.5k --count=2 <"$T/data"
block 1500 2 >"$T/got"
same '... is block 1500' "$T/data" "$T/got"
is '--count=2K is 2000 blocks' "$(block 0x10 2K | wc -c)" $((2000 * 512))
fresh --size=18M --nfree=0.5k
is '--nfree=0.5k' "$("$BTTBENCH" info --format=json "$ns" | jq .btt.nfree)" 500
exits '... of nothing whole' 2 "$BTTBENCH" read "$ns" --lba=0.5

# compared with the same changes to a plain file
fresh --size=18M --lbasize=512
head -c $((nlba * 512)) /dev/zero >"$T/model"
steps=60
[ "$VARIANT" = release ] || steps=20
awk -v n=$steps -v nlba="$nlba" 'BEGIN {
	srand(1)
	for (i = 0; i < n; i++)
		print (rand() < .3 ? "zero" : "write"), int(rand() * (nlba - 300)), 1 + int(rand() * 300)
}' >"$T/steps"
while read -r what lba count; do
	if [ "$what" = zero ]; then
		"$BTTBENCH" zero "$ns" --lba="$lba" --count="$count" || bail "zero $lba $count"
		dd if=/dev/zero of="$T/model" bs=512 seek="$lba" count="$count" conv=notrunc status=none
	else
		head -c $((count * 512)) /dev/urandom >"$T/data"
		"$BTTBENCH" write "$ns" --lba="$lba" <"$T/data" || bail "write $lba"
		dd if="$T/data" of="$T/model" bs=512 seek="$lba" conv=notrunc status=none
	fi
done <"$T/steps"
block 0 "$nlba" >"$T/got"
same "$steps overlapping writes and zeroes give the same bytes as a plain file" "$T/model" "$T/got"
ok '... in a consistent layout' "$BTTBENCH" check "$ns"
before=$(cksum <"$ns")
block 0 "$nlba" >"$T/got"
is 'reading everything changes nothing' "$(cksum <"$ns")" "$before"

# defaults
fresh --size=18M
head -c $((3 * lbasize)) /dev/urandom >"$T/data"
is 'a write prints nothing' "$("$BTTBENCH" write "$ns" <"$T/data" 2>&1)" ''
block 0 3 >"$T/got"
same 'write: from block 0, all of standard input' "$T/data" "$T/got"
"$BTTBENCH" read "$ns" >"$T/got"
head -c "$lbasize" "$T/data" >"$T/want"
same 'read: block 0 alone' "$T/want" "$T/got"
is 'a zero prints nothing' "$("$BTTBENCH" zero "$ns" 2>&1)" ''
{ head -c "$lbasize" /dev/zero && tail -c +$((lbasize + 1)) "$T/data"; } >"$T/want"
block 0 3 >"$T/got"
same 'zero: block 0 alone' "$T/want" "$T/got"
"$BTTBENCH" write "$ns" --lba=0x10 --count=2 <"$T/data"
block 16 3 >"$T/got"
{ head -c $((2 * lbasize)) "$T/data" && head -c "$lbasize" /dev/zero; } >"$T/want"
same 'write --count writes only COUNT blocks' "$T/want" "$T/got"
ok 'a block that is zero can be zeroed' "$BTTBENCH" zero "$ns"
ok 'a block that was never written can be zeroed' "$BTTBENCH" zero "$ns" --lba=100

# standard input that is not whole blocks
ok 'with empty standard input nothing is written' "$BTTBENCH" write "$ns" --lba=20 <"$T/none"
ok '... but with --count that is an error' keeps 1 write "$ns" --lba=20 --count=1 <"$T/none"
head -c $((2 * lbasize + 100)) /dev/urandom >"$T/data"
ok 'standard input that ends within a block is refused' refused 1 write "$ns" --lba=20 <"$T/data"
like '... with the position of the end' "$(cat "$T/err")" '100 bytes into block 22 '
block 20 3 >"$T/got"
{ head -c $((2 * lbasize)) "$T/data" && head -c "$lbasize" /dev/zero; } >"$T/want"
same '... the whole blocks are written, the partial one is not' "$T/want" "$T/got"
head -c $((2 * lbasize)) "$T/data" >"$T/two"
ok 'standard input that is shorter than --count is refused' refused 1 write "$ns" --lba=30 --count=3 <"$T/two"
head -c $((3 * lbasize)) /dev/urandom >"$T/data"
ok 'standard input that continues after the last block is refused' refused 1 write "$ns" --lba=$((nlba - 2)) <"$T/data"
ok 'standard input that ends with the last block is written' "$BTTBENCH" write "$ns" --lba=$((nlba - 2)) <"$T/two"
ok 'standard input that is a folder is refused' keeps 1 write "$ns" <"$T"
"$BTTBENCH" write "$ns" <&- >"$T/out" 2>"$T/err"
is 'standard input that is closed: exit 1' $? 1
one_line '... and one line' "$T/err"

# beyond the end: no block is changed
head -c $((2 * lbasize)) /dev/urandom >"$T/data"
for command in read write zero; do
	for range in "--lba=$nlba" "--lba=$((nlba - 1)) --count=2" "--lba=0 --count=$((nlba + 1))" \
		'--lba=18446744073709551615' '--lba=18446744073709551615 --count=2' \
		'--lba=2 --count=18446744073709551615' '--lba=18446744073709551614 --count=18446744073709551615'; do
		# shellcheck disable=SC2086 # words
		ok "$command $range: beyond the end" keeps 1 $command "$ns" $range <"$T/data"
	done
	like '... with the allowed blocks' "$(cat "$T/err")" "0 to $((nlba - 1))"
	for wrong in --lba=-1 --lba=x --lba= --lba=1x --lba=18446744073709551616 --count=0 --count=-1 --count=x --block=1 \
		--lba --count; do
		ok "$command $wrong: wrong usage" keeps 2 $command "$ns" "$wrong" <"$T/data"
	done
	ok "$command without a namespace: wrong usage" refused 2 $command <"$T/data"
	ok "$command on two: wrong usage" keeps 2 $command "$ns" "$ns" <"$T/data"
	ok "$command on dram: is refused" refused 1 $command dram:64M <"$T/data"
done

# other processes that use the namespace
exec 9<"$ns"
flock -s 9
ok 'read works beside another reader' "$BTTBENCH" read "$ns"
ok 'write is refused beside a reader' keeps 1 write "$ns" <"$T/data"
ok 'zero is refused beside a reader' keeps 1 zero "$ns"
exec 9<&-
exec 9<>"$ns"
flock -x 9
ok 'read is refused beside a writer' keeps 1 read "$ns"
like '... because it is in use' "$(cat "$T/err")" 'in use'
exec 9<&-

# standard output
"$BTTBENCH" read "$ns" --count=100 >/dev/full 2>"$T/err"
is 'standard output that is full: exit 1' $? 1
one_line '... and one line' "$T/err"
"$BTTBENCH" read "$ns" >/dev/full 2>"$T/err"
is 'one block to standard output that is full: exit 1' $? 1
one_line '... and one line' "$T/err"
"$BTTBENCH" read "$ns" >&- 2>"$T/err"
is 'standard output that is closed: exit 1' $? 1
before=$(cksum <"$ns")
"$BTTBENCH" zero "$ns" --lba="$nlba" 2>&-
is 'standard error that is closed: exit 1' $? 1
is '... and the message is not written to the namespace' "$(cksum <"$ns")" "$before"

# a block that is marked bad
map=$("$BTTBENCH" info --format=json "$ns" | jq '.btt.arenas[0].mapoff')
printf '\51\0\0\100' | dd of="$ns" bs=1 seek=$((map + 4 * 41)) conv=notrunc status=none
"$BTTBENCH" read "$ns" --lba=40 --count=3 >"$T/out" 2>"$T/err"
is 'reading a block that is marked bad: exit 1' $? 1
like '... with the number of the block' "$(cat "$T/err")" 'block 41: '
one_line '... in one line' "$T/err"
is '... after the blocks before it' "$(wc -c <"$T/out")" "$lbasize"
ok 'a write repairs the block' "$BTTBENCH" write "$ns" --lba=41 --count=1 <"$T/data"
block 41 >"$T/got"
head -c "$lbasize" "$T/data" >"$T/want"
same '... and the read returns the written bytes' "$T/want" "$T/got"
ok '... and the layout is consistent' "$BTTBENCH" check "$ns"

# a damaged arena can be read and not written
flog=$("$BTTBENCH" info --format=json "$ns" | jq '.btt.arenas[0].flogoff')
printf '\1' | dd of="$ns" bs=1 seek=$((flog + 64 + 16 + 12)) conv=notrunc status=none
block 41 >"$T/got"
same 'a damaged arena can be read' "$T/want" "$T/got"
ok '... and not written' keeps 1 write "$ns" --lba=41 <"$T/data"
ok '... and not zeroed' keeps 1 zero "$ns" --lba=41

# a lost primary info block
fresh --size=18M
"$BTTBENCH" write "$ns" <"$T/data"
dd if=/dev/zero of="$ns" bs=4096 count=1 conv=notrunc status=none
before=$(cksum <"$ns")
block 0 2 >"$T/got"
same 'with only the backup the blocks can be read' "$T/data" "$T/got"
is '... and reading repairs nothing' "$(cksum <"$ns")" "$before"
"$BTTBENCH" write "$ns" --lba=2 <"$T/data"
is 'a write restores the primary' "$("$BTTBENCH" info --format=json "$ns" | jq -r '.probed[0].found')" layout
block 0 2 >"$T/got"
same '... and nothing is lost' "$T/data" "$T/got"

plan_done
