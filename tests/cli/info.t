#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
# bttbench info: every field equals the bytes on media, in two formats, and info changes nothing.
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

fresh() {
	rm -f "$ns"
	"$BTTBENCH" format "$ns" "$@" >"$T/said" 2>"$T/warned"
}

info() {
	"$BTTBENCH" info --format=json "$ns" | jq -r "$1"
}

# media TYPE BYTES OFF: the field as od reads it
media() {
	od -An -t "$1$2" -j "$3" -N "$2" "$ns" | tr -d ' '
}

# the info block field by field, compared with od
for flavour in uefi kernel pmdk; do
	fresh --size=20M --flavour=$flavour --lbasize=520 --nfree=300
	start=$(info .btt.start)
	for field in flags:4:48 major:2:52 minor:2:54 external_lbasize:4:56 external_nlba:4:60 internal_lbasize:4:64 \
		internal_nlba:4:68 nfree:4:72 infosize:4:76 nextoff:8:80 dataoff:8:88 mapoff:8:96 flogoff:8:104 \
		infooff:8:112; do
		name=${field%%:*} size=${field#*:}
		off=${size#*:} size=${size%:*}
		is "$flavour: $name equals the bytes at $off" "$(info ".btt.arenas[0].$name")" \
			"$(media u "$size" $((start + off)))"
	done
	is "$flavour: size, kind, blocks" "$(info '[.size, .kind, .btt.nlba, .btt.lbasize, .btt.nfree] | join(" ")')" \
		"20971520 file $(media u 4 $((start + 60))) 520 300"
done
is 'the text has the values of the JSON, line by line' "$("$BTTBENCH" info "$ns" | sed 's/^[^:]*: //')" \
	"$(info '.. | scalars | if . == null then "-" elif . == true then "yes" elif . == false then "no" else . end')"
is 'the JSON is one value' "$("$BTTBENCH" info --format=json "$ns" | jq -s length)" 1
is '--format=text is the default' "$("$BTTBENCH" info "$ns")" "$("$BTTBENCH" info --format=text "$ns")"

# usage: sums over flog and map
fresh --size=20M
is 'fresh: every entry is initial' "$(info '.btt.arenas[0].usage | [.map_initial, .map_normal, .flog_lanes_used] | join(" ")')" \
	"$(info .btt.nlba) 0 0"
head -c 40960 /dev/urandom | "$BTTBENCH" write "$ns" --lba=7
"$BTTBENCH" zero "$ns" --lba=8 --count=3
is '10 blocks written, 3 of them zeroed' \
	"$(info '.btt.arenas[0].usage | [.map_normal, .map_zero, .map_error, .map_out_of_range, .flog_lanes_used] | join(" ")')" \
	'7 3 0 0 1'
is 'entries add up to the blocks' "$(info '.btt.arenas[0].usage | .map_initial + .map_normal + .map_zero + .map_error')" \
	"$(info .btt.nlba)"
map=$(info '.btt.arenas[0].mapoff')
printf '\0\0\0\100' | dd of="$ns" bs=1 seek=$((map + 400)) conv=notrunc status=none
printf '\377\377\377\377' | dd of="$ns" bs=1 seek=$((map + 404)) conv=notrunc status=none
is 'an entry marked bad, and one beyond the data area' \
	"$(info '.btt.arenas[0].usage | [.map_error, .map_out_of_range] | join(" ")')" '1 1'

# the place of the BTT
fresh --size=20M --flavour=kernel
is 'found at 4096' "$(info '[.probed[] | .start, .found] | join(" ")')" '0 nothing 4096 layout 8192 nothing'
fresh --size=20M --flavour=pmdk --offset=8192
printf PMEMBLK | dd of="$ns" conv=notrunc status=none
is 'found in a PMEMBLK pool' "$(info '[.pmemblk_pool, .btt.start, .btt.flavour] | join(" ")')" 'true 8192 pmdk'

# a lost primary: the backup has all fields, and info changes nothing
fresh --size=20M
"$BTTBENCH" info "$ns" | grep -v '^probed' >"$T/good"
head -c 4096 /dev/urandom | dd of="$ns" conv=notrunc status=none
cp "$ns" "$T/before"
"$BTTBENCH" info "$ns" | grep -v '^probed' >"$T/backup"
same 'with the backup alone the fields are the same' "$T/good" "$T/backup"
is '... and info reports the backup' "$(info '.probed[0].found')" 'backup only'
same '... and info repairs nothing' "$ns" "$T/before"

# info shows the damage of an arena
fresh --size=20M
flog=$(info '.btt.arenas[0].flogoff')
printf '\1' | dd of="$ns" bs=1 seek=$((flog + 16 + 12)) conv=notrunc status=none
like 'two flog slots with equal sequence numbers: info reports damage' "$(info '.btt.arenas[0].damage')" '.'

# namespaces that can't be inspected
ok 'no BTT' refused 1 info /dev/null
truncate -s 20M "$T/blank"
ok 'an empty file' refused 1 info "$T/blank"
like '... and the message names bttbench format' "$(cat "$T/err")" 'bttbench format'
ok 'a missing file' refused 1 info "$T/no"
ok 'dram: is always empty' refused 1 info dram:64M
ok 'an unknown format' refused 2 info --format=xml "$ns"
ok 'no namespace' refused 2 info
ok 'two namespaces' refused 2 info "$ns" "$ns"
exec 9<>"$ns"
flock -x 9
ok 'a namespace that another process writes' refused 1 info "$ns"
flock -s 9
ok 'a namespace that another process reads can be read' "$BTTBENCH" info "$ns"
exec 9<&-
chmod 444 "$ns"
ok 'a read-only file can be read' "$BTTBENCH" info "$ns"

# output
for format in text json; do
	"$BTTBENCH" info "$ns" --format=$format >/dev/full 2>"$T/err"
	is "$format: standard output that is full: exit 1" $? 1
	one_line '... and one line' "$T/err"
done
odd=$(printf '%s/x\377\nx' "$T")
mv "$ns" "$odd"
is 'a file name that is not UTF-8 still gives JSON' \
	"$("$BTTBENCH" info --format=json "$odd" | jq '.namespace | length')" "$((${#T} + 5))"

plan_done
