#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
# bttbench format: the layouts it makes, and the bytes it keeps.
# shellcheck source=tests/cli/tap.sh
. "$SRC/tests/cli/tap.sh"

PMEM_IS_PMEM_FORCE=1
export PMEM_IS_PMEM_FORCE
ns=$T/ns

# refused STATUS ARG...: the exit status is STATUS, one line on standard error, nothing on standard output
refused() {
	want=$1
	shift
	"$BTTBENCH" "$@" >"$T/out" 2>"$T/err" </dev/null
	got=$?
	echo "exit $got; out: $(head -c 200 "$T/out"); err: $(cat "$T/err")"
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
}

info() {
	"$BTTBENCH" info --format=json "$ns" | jq -r "$1"
}

# every flavour with every sector size
up() {
	echo $((($1 + $2 - 1) / $2 * $2))
}
for flavour in uefi kernel pmdk; do
	case $flavour in
	uefi) start=0 version=2.0 ;;
	kernel) start=4096 version=1.1 ;;
	pmdk) start=0 version=1.1 ;;
	esac
	for lbasize in 512 520 528 4096 4104 4160 4224; do
		if [ $flavour = pmdk ]; then
			internal=$(up $lbasize 256)
		else
			internal=$(up $lbasize 64)
		fi
		arena=$((18874368 - start))
		blocks=$(((arena - 8192 - 16384 - 4096) / (internal + 4)))
		fresh --size=18M --flavour=$flavour --lbasize=$lbasize
		is "flavour $flavour, sectors of $lbasize: the layout matches the arithmetic" \
			"$(info '[(.btt | .flavour, .start), (.btt.arenas[0] | "\(.major).\(.minor)", .external_lbasize),
				.btt.lbasize, (.btt.arenas[0] | .internal_lbasize, .internal_nlba),
				(.btt | .nlba, .nfree)] | join(" ")')" \
			"$flavour $start $version $lbasize $lbasize $internal $blocks $((blocks - 256)) 256"
		ok "flavour $flavour, sectors of $lbasize: consistent" "$BTTBENCH" check "$ns"
	done
done
like 'the layout is printed' "$(cat "$T/said")" \
	"^$ns: flavour pmdk at byte 0, [0-9]+ blocks of 4224 bytes, nfree 256, 1 arena\$"
is '... and nothing on standard error' "$(cat "$T/warned")" ''
fresh --size=16M
is 'default: uefi, 4096, 256' "$(info '.btt | "\(.flavour) \(.lbasize) \(.nfree)"')" 'uefi 4096 256'

# layouts known from other implementations
for known in 2147475456:512:4161462 2147475456:520:2781410 2147475456:4096:523511 2147475456:4160:492729 \
	16777216:512:32202 20967424:1024:20112; do
	size=${known%%:*} rest=${known#*:}
	fresh --flavour=pmdk --size="$size" --lbasize="${rest%:*}"
	is "pmdk: $size bytes hold ${rest#*:} sectors of ${rest%:*}" "$(info .btt.nlba)" "${rest#*:}"
done
is 'pmdk: areas of 20967424 bytes at 1024' "$(info '.btt.arenas[0] | "\(.mapoff) \(.flogoff) \(.infooff)"')" \
	"$((0x13e6000)) $((0x13fa000)) $((0x13fe000))"
fresh --flavour=kernel --size=256M --lbasize=512
is 'kernel: the same layout as Linux for 256 MiB' \
	"$(info '.btt.arenas[0] | "\(.external_nlba) \(.internal_nlba) \(.mapoff) \(.flogoff) \(.infooff)"')" \
	'519904 520160 266330112 268410880 268427264'

# sector sizes and numbers that are refused
rm -f "$ns"
for wrong in --lbasize=511 --lbasize=1000 --lbasize=0 --lbasize=2M --lbasize=4G --lbasize=8G --nfree=4000000000 \
	'--flavour=kernel --lbasize=1024' '--flavour=pmdk --lbasize=0' '--flavour=pmdk --lbasize=1G' --nfree=3000 \
	--offset=4k; do
	# shellcheck disable=SC2086 # words
	ok "$wrong is refused" refused 1 format "$ns" --size=16M $wrong
	not_ok "... and the new file is removed" test -e "$ns"
done
for wrong in --offset=100 --offset=16M --offset=64k; do
	ok "$wrong is wrong usage" refused 2 format "$ns" --size=16M $wrong
done
ok 'a size that is too small is refused' refused 1 format "$ns" --size=1M
not_ok '... and the new file is removed' test -e "$ns"
ok 'one page less than 16 MiB is too small' refused 1 format "$ns" --size=16773120
ok '16 MiB are enough' "$BTTBENCH" format "$ns" --size=16M
for wrong in --lbasize= --lbasize=x --lbasize=-512 --nfree=0 --nfree=-1 --nfree=x --nfree=4294967296 --flavour=ext4 \
	--flavour= --offset=x --offset=-4096 --size=x --uuid=1 --parent-uuid=00000000 --uuid= --sectors=1 --nfree; do
	ok "$wrong is wrong usage" keeps 2 format "$ns" --force "$wrong"
done
ok 'no namespace is wrong usage' refused 2 format --force
ok 'two namespaces are wrong usage' keeps 2 format --force "$ns" "$ns"
ok 'dram: is refused' refused 1 format dram:64M

# flavour pmdk takes any size from 512
for lbasize in 513 1000 65536; do
	fresh --size=64M --flavour=pmdk --lbasize=$lbasize
	is "pmdk: sectors of $lbasize" "$(info '.btt.lbasize')" $lbasize
done

# nfree
for nfree in 1 255; do
	fresh --size=32M --nfree=$nfree
	one_line "nfree=$nfree gives a warning in one line" "$T/warned"
	like '... that names Linux' "$(cat "$T/warned")" "^bttbench: $ns: nfree=$nfree: Linux "
	is '... and a layout' "$(info .btt.nfree)" $nfree
done
for nfree in 256 512 1000; do
	fresh --size=32M --nfree=$nfree
	is "nfree=$nfree gives a layout without a warning" "$(info .btt.nfree) $(cat "$T/warned")" "$nfree "
	ok '... that is consistent' "$BTTBENCH" check "$ns"
done
is 'nfree=1000 has a free block for each lane' "$(info '.btt.arenas[0].usage.flog_lanes_unused')" 1000

# offsets
for offset in 4096 8192; do
	fresh --size=32M --flavour=pmdk --offset=$offset
	is "a layout at --offset=$offset is found there" \
		"$(info '"\(.btt.start) " + ([.probed[] | select(.found == "layout").start | tostring] | join(","))')" \
		"$offset $offset"
done
fresh --size=32M --flavour=kernel --offset=0
is '--offset wins over the flavour' "$(info .btt.start)" 0
"$BTTBENCH" format "$ns" --flavour=kernel --force >"$T/out"
is 'replacing from another start leaves one BTT' "$(info '[.probed[].found] | join(",")')" 'nothing,layout,nothing'

# uuids
one=01234567-89ab-cdef-0123-456789abcdef two=fedcba98-7654-3210-fedc-ba9876543210
fresh --size=16M --uuid=$one --parent-uuid=$two
is 'the uuids are the given ones' "$(info '.btt.arenas[0] | "\(.uuid) \(.parent_uuid)"')" "$one $two"
is '... byte for byte on media' "$(od -An -tx1 -j16 -N32 "$ns" | tr -d ' \n')" \
	"$(printf %s $one$two | tr -d -)"
fresh --size=16M
first=$(info '.btt.arenas[0].uuid')
is 'the parent uuid is null by default' "$(info .btt.parent_uuid)" 00000000-0000-0000-0000-000000000000
fresh --size=16M
second=$(info '.btt.arenas[0].uuid')
like 'the uuid is random by default' "$first $second" '^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-'
not_ok '... and different each time' [ "$first" = "$second" ]

# existing data are kept
head -c 65536 /dev/urandom | "$BTTBENCH" write "$ns"
ok 'a BTT is not replaced' keeps 1 format "$ns"
like '... and --force is named' "$(cat "$T/err")" force
ok 'a BTT is not replaced by one at another offset' keeps 1 format "$ns" --offset=4096
ok '--force with a wrong sector size changes nothing' keeps 1 format "$ns" --force --lbasize=600
ok '--force with a wrong offset changes nothing' keeps 1 format "$ns" --force --offset=4k
printf X | dd of="$ns" conv=notrunc status=none
ok 'a BTT with only a backup is not replaced' keeps 1 format "$ns"
head -c 4000 /dev/urandom | dd of="$ns" bs=1 seek=16 conv=notrunc status=none
printf BTT_ARENA_INFO | dd of="$ns" conv=notrunc status=none
ok 'a damaged BTT is not replaced' keeps 1 format "$ns"
ok '--force replaces it' "$BTTBENCH" format "$ns" --force
ok '... with a consistent BTT' "$BTTBENCH" check "$ns"
is '... in which blocks read as zeros' "$("$BTTBENCH" read "$ns" --count=16 | tr -d '\0' | wc -c)" 0

# PMEMBLK pools
truncate -s 0 "$ns"
truncate -s 32M "$ns"
printf PMEMBLK | dd of="$ns" conv=notrunc status=none
ok 'a PMEMBLK pool is not replaced' keeps 1 format "$ns"
ok '... at no offset' keeps 1 format "$ns" --flavour=pmdk --offset=8192
ok '--force replaces it' "$BTTBENCH" format "$ns" --force
is '... and it is no pool any more' "$(info .pmemblk_pool)" false

# files
rm -f "$ns"
ok 'a missing file is not made without --size' refused 1 format "$ns"
not_ok '... and no file appears' test -e "$ns"
fresh --size=1G --nfree=512
is '--size makes a file of that size' "$(stat -c %s "$ns")" 1073741824
ok '... and the file is sparse' [ "$(du -k "$ns" | cut -f1)" -lt 32768 ]
ok '... and consistent' "$BTTBENCH" check "$ns"
rm -f "$ns"
truncate -s 32M "$ns"
ok '--size is refused for a file of another size' keeps 1 format "$ns" --size=64M
ok 'a failed format keeps an existing file' keeps 1 format "$ns" --lbasize=600
ok 'the same --size is accepted' "$BTTBENCH" format "$ns" --size=32M
ok 'a folder is refused' refused 1 format "$T"
ok 'a file in a missing folder is refused' refused 1 format "$T/no/ns" --size=32M

# a namespace full of old bytes
head -c 18M /dev/urandom >"$ns"
ok 'a dirty namespace gets a layout' "$BTTBENCH" format --force "$ns"
ok '... that is consistent' "$BTTBENCH" check "$ns"
is '... with a map that shows no old data' "$(info '.btt.arenas[0].usage | "\(.map_zero) \(.flog_lanes_unused)"')" \
	"$(info .btt.nlba) 256"
is '... and every block reads as zeros' \
	"$("$BTTBENCH" read "$ns" --count="$(info .btt.nlba)" | tr -d '\0' | wc -c)" 0

# a size that is not a whole number of pages
head -c 18000001 /dev/urandom >"$ns"
ok 'an odd size gets a layout' "$BTTBENCH" format --force "$ns"
ok '... that is consistent' "$BTTBENCH" check "$ns"

# other processes that use the namespace
exec 9<"$ns"
flock -s 9
ok 'a namespace that another process reads is refused' keeps 1 format "$ns" --force
like '... because it is in use' "$(cat "$T/err")" 'in use'
exec 9<&-

# standard output
"$BTTBENCH" format "$ns" --force >/dev/full 2>"$T/err"
is 'standard output that is full: exit 1' $? 1
is '... and one line beside the one about the replaced BTT' "$(grep -vc 'replaced a BTT$' "$T/err")" 1
like '... with the reason' "$(tail -n 1 "$T/err")" '^bttbench: standard output: '
size=$(stat -c %s "$ns")
"$BTTBENCH" format "$ns" --force >&- 2>"$T/err"
is 'standard output that is closed: exit 1' $? 1
is '... and the output is not written to the namespace' "$(stat -c %s "$ns")" "$size"
ok '... which is consistent' "$BTTBENCH" check "$ns"
"$BTTBENCH" format "$ns" >"$T/out" 2>&-
is 'standard error that is closed: exit 1' $? 1
ok '... and the warnings are not written to the namespace' "$BTTBENCH" check "$ns"
is '--help is on standard output' "$("$BTTBENCH" format --help 2>&1 >/dev/null)" ''
like '... and names every option' "$("$BTTBENCH" format --help | tr -s '\n ' ' ')" \
	'--flavour.*--force.*--lbasize.*--nfree.*--offset.*--parent-uuid.*--size.*--uuid'

plan_done
