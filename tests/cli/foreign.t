#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
# Data of others: format, engine=raw, floor and block name it and refuse it; the data stay byte for byte; --force
# replaces it and says so.
# shellcheck source=tests/cli/tap.sh
. "$SRC/tests/cli/tap.sh"

export PMEM_IS_PMEM_FORCE=1
d=$T/d
mkdir "$d"

# refused NAME FILE WORDS: by all four, with one line that has the words, and nothing changes
refused() {
	sum=$(cksum <"$2")
	for how in 'format' 'run --set engine=raw' 'run --set engine=floor' 'run --set engine=block'; do
		command=${how%% *} options=
		[ "$command" = "$how" ] || options=${how#* }
		# shellcheck disable=SC2086 # a list of words
		said=$("$BTTBENCH" "$command" "$2" $options 2>&1 >/dev/null)
		is "$1: $how is refused: exit 1" $? 1
		is '... with one line' "$(printf '%s\n' "$said" | wc -l)" 1
		like '... that names the data' "$said" "$3"
		[ "$command" != format ] || unlike '... and proposes no loss without naming it' "$said" 'format'
		is '... the file is unchanged' "$(cksum <"$2")" "$sum"
	done
}

# replaced NAME FILE WORDS: format --force does it and names the data that are gone
replaced() {
	said=$("$BTTBENCH" format "$2" --force 2>&1 >/dev/null)
	is "$1: format --force: exit 0" $? 0
	like '... says what it replaced' "$said" "replaced $3"
	ok '... there is a BTT now' "$BTTBENCH" check "$2"
}

# try NAME FILE WORDS
try() {
	refused "$@"
	replaced "$@"
}

truncate -s 32M "$d/ext4" && mkfs.ext4 -q -F "$d/ext4"
try 'an ext4 file system' "$d/ext4" 'an ext4 filesystem'

truncate -s 32M "$d/gpt" && printf 'label: gpt\n,16M\n' | sfdisk -q "$d/gpt"
try 'a GPT' "$d/gpt" 'a gpt partition table'

truncate -s 32M "$d/swap" && chmod 600 "$d/swap" && mkswap "$d/swap" >/dev/null
try 'swap' "$d/swap" 'a swap'

for kind in obj log; do
	pmempool create $kind --size=32M "$d/$kind"
	try "a pool for lib$kind" "$d/$kind" "a PMEM$(echo $kind | tr a-z A-Z) pool"
done

pmempool create blk --size=32M -w 4096 "$d/blk"
refused 'a PMEMBLK pool' "$d/blk" 'a PMEMBLK pool'
pmempool create blk --size=32M 4096 "$d/unwritten"
refused 'a PMEMBLK pool without a layout' "$d/unwritten" 'a PMEMBLK pool'
ok '... pmempool finds the pool consistent' pmempool check "$d/unwritten"
for command in check info; do
	said=$("$BTTBENCH" $command "$d/unwritten" 2>&1)
	like "... $command names it" "$said" 'PMEMBLK pool whose BTT libpmemblk lays out'
	unlike '... and does not propose format' "$said" 'bttbench format'
done
ok '... format makes the layout of libpmemblk' "$BTTBENCH" format "$d/unwritten" --flavour=pmdk --offset=8192 --lbasize=4096
ok '... and pmempool finds the pool consistent' pmempool check "$d/unwritten"

printf 'PMEMPOOLSET\n16M %s\n32M %s\n' "$d/part0" "$d/part1" >"$d/set"
pmempool create blk 4096 "$d/set"
refused 'the first part of a pool set' "$d/part0" 'a part of a PMEMBLK pool set'
refused 'the second part of a pool set' "$d/part1" 'a part of a PMEMBLK pool set'
said=$("$BTTBENCH" check "$d/part1" 2>&1)
unlike '... check does not propose format' "$said" 'bttbench format'

truncate -s 32M "$d/noise" && head -c 4096 /dev/urandom | dd of="$d/noise" conv=notrunc bs=1 seek=1000000 status=none
try 'bytes within the first MiB' "$d/noise" 'data of an unknown kind'
truncate -s 32M "$d/tail" && printf x | dd of="$d/tail" conv=notrunc bs=1 seek=$((32 * 1048576 - 1)) status=none
try 'one byte at the very end' "$d/tail" 'data of an unknown kind'

for flavour in uefi kernel; do
	"$BTTBENCH" format "$d/lost" --size=32M --flavour=$flavour >/dev/null
	at=$([ $flavour = uefi ] && echo 0 || echo 1)
	"$BTTBENCH" write "$d/lost" --count=300 </dev/zero
	refused "a BTT, flavour $flavour" "$d/lost" 'a BTT'
	for page in "$at" 8191; do
		dd if=/dev/zero of="$d/lost" bs=4096 seek="$page" count=1 conv=notrunc status=none
	done
	refused "a BTT without info blocks, flavour $flavour" "$d/lost" 'lost both info blocks'
	said=$("$BTTBENCH" check "$d/lost" 2>&1)
	like '... check names it' "$said" 'lost both info blocks'
	unlike '... and does not propose format' "$said" 'bttbench format'
	rm "$d/lost"
done

truncate -s 32M "$d/empty"
ok 'a file of zeros is free' "$BTTBENCH" format "$d/empty"
truncate -s 32M "$d/reads" && head -c 9999 /dev/urandom | dd of="$d/reads" conv=notrunc status=none
ok 'a job that only reads is allowed on any data' "$BTTBENCH" run "$d/reads" --set engine=raw --set rw=randread \
	--set precondition=none --set runtime=50ms

plan_done
