#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
#
# faults.t -- the N-th allocation, mapping or thread of a command fails, N = 1, 2, 3 ... until the command makes no
# more of them. Each time the command ends by itself. It either names the missing resource in one line, or succeeds
# without it and gives its usual result. The namespace is consistent. FAULTS_ALL=1 tries every N; else only some of
# those after the first 16 are tried.
# shellcheck source=tests/cli/tap.sh
. "$SRC/tests/cli/tap.sh"

[ "${VARIANT:-release}" = release ] || skip_all 'a sanitizer needs its own malloc (leaks.t uses valgrind)'
shim=$TEST_BIN/fault/shim.so
[ -e "$shim" ] || bail "$shim is not built"
export PMEM_IS_PMEM_FORCE=1
ns=$T/ns
reason='out of memory|no memory|Cannot allocate memory|Resource temporarily unavailable'

# faulty KIND N COMMAND...: runs the command; its N-th call of this kind fails; the exit status is in $status
faulty() {
	kind=$1 at=$2
	shift 2
	rm -f "$T/reached"
	timeout 60 env LD_PRELOAD="$shim" FAULT="$kind" FAULT_AT="$at" FAULT_SAYS="$T/reached" "$@" \
		>"$T/out" 2>"$T/err" <"$T/in"
	status=$?
}

# reported: the command exited with 1 and one line that names the resource
reported() {
	[ "$status" -eq 1 ] && [ "$(wc -l <"$T/err")" -eq 1 ] && grep -Eq "^bttbench: .*($reason)" "$T/err" &&
		! grep -Eqx 'bttbench: [^:]*(allocate memory|out of memory)' "$T/err"
}

# did_without: the command succeeded without a message, and $as_ever accepts its output
did_without() {
	[ "$status" -eq 0 ] && [ ! -s "$T/err" ] && $as_ever
}

same_output() {
	cmp -s "$T/out" "$T/good"
}

# each KIND LEAST STEP COMMAND...: one test: N calls fail in turn, at least LEAST; $prepare runs before each, $check after it
each() {
	kind=$1 least=$2 step=$3
	shift 3
	name=$(basename "$1") what=$2
	n=1 tried=0 bad=0
	while :; do
		$prepare
		faulty "$kind" "$n" "$@"
		if [ ! -e "$T/reached" ] && [ "$status" -eq 0 ]; then
			break
		fi
		if ! { reported || did_without; } || ! $check; then
			bad=$((bad + 1))
			[ "$bad" -gt 3 ] || diag "$name $what, $kind $n: exit $status: $(head -c 600 "$T/err"); $(head -c 300 "$T/checked")"
			[ "$bad" -lt 20 ] || break
		fi
		tried=$((tried + 1))
		if [ -n "${FAULTS_ALL:-}" ] || [ "$n" -lt 16 ]; then
			n=$((n + 1))
		else
			n=$((n + step))
		fi
	done
	[ "$bad" -eq 0 ] && [ "$n" -gt "$least" ]
	tap_result $? "$what survives each failed call: $kind, $tried of $((n - 1)) tried"
}

no_preparation() { :; }

consistent() {
	"$BTTBENCH" check "$ns" >"$T/checked" 2>&1
}

: >"$T/in"
"$BTTBENCH" format "$ns" --size=16M --lbasize=4096 >/dev/null || bail 'no namespace'
head -c 65536 /dev/urandom >"$T/old"
"$BTTBENCH" write "$ns" --lba=0 <"$T/old" >/dev/null || bail 'no blocks'
cp "$ns" "$T/sound"

# commands that only read
prepare=no_preparation check=consistent as_ever=same_output
for command in check info; do
	for form in text json; do
		"$BTTBENCH" $command "$ns" --format=$form >"$T/good"
		each alloc 8 11 "$BTTBENCH" $command "$ns" --format=$form
		each mmap 1 1 "$BTTBENCH" $command "$ns" --format=$form
	done
done
"$BTTBENCH" run dram:16M --set ops=10 --output="$T/r.json" >/dev/null || bail 'no result'
for form in text csv json; do
	"$BTTBENCH" show "$T/r.json" --format=$form >"$T/good"
	each alloc 100 150 "$BTTBENCH" show "$T/r.json" --format=$form
done
"$BTTBENCH" report "$T/r.json" --no-plots -o - >"$T/good"
each alloc 100 150 "$BTTBENCH" report "$T/r.json" --no-plots -o -
"$BTTBENCH" run --dry-run "$ns" >"$T/good"
each alloc 20 1 "$BTTBENCH" run --dry-run "$ns"
is 'none of these commands changed a byte' "$(cksum <"$ns")" "$(cksum <"$T/sound")"

# format makes a new file: afterwards there is none, or a complete one that reads as zeros
none_or_fresh() {
	[ -e "$T/new" ] || return 0
	"$BTTBENCH" check "$T/new" >"$T/checked" 2>&1 &&
		"$BTTBENCH" read "$T/new" --count=16 | cmp -s - "$T/zeros"
}
away() {
	rm -f "$T/new"
}
head -c 65536 /dev/zero >"$T/zeros"
"$BTTBENCH" format "$T/new" --size=16M >"$T/good"
prepare=away check=none_or_fresh
each alloc 8 1 "$BTTBENCH" format "$T/new" --size=16M
each mmap 3 1 "$BTTBENCH" format "$T/new" --size=16M

# write: each block is old or new
head -c 65536 /dev/urandom >"$T/in"
old_or_new() {
	"$BTTBENCH" read "$ns" --count=16 >"$T/now" 2>"$T/checked" && perl -e 'sub blocks { local (@ARGV, $/) = @_; unpack("(a4096)*", <>) }
		my ($o, $n, $is) = map { [blocks($_)] } @ARGV; my $k = 0;
		for (@$is) { die "block $k\n" if $_ ne $o->[$k] && $_ ne $n->[$k]; $k++ }' "$T/old" "$T/in" "$T/now" 2>"$T/checked"
}
sound() {
	cp "$T/sound" "$ns"
}
whole_blocks() {
	consistent && old_or_new
}
prepare=sound check=whole_blocks
"$BTTBENCH" write "$ns" <"$T/in" >"$T/good"
each alloc 8 1 "$BTTBENCH" write "$ns"
each mmap 3 1 "$BTTBENCH" write "$ns"
: >"$T/in"

# repair of the info block, the error flag and a shared block: unchanged or repaired, and the next repair succeeds
infooff=$("$BTTBENCH" info "$ns" --format=json | jq .btt.arenas[0].infooff)
mapoff=$("$BTTBENCH" info "$ns" --format=json | jq .btt.arenas[0].mapoff)
cp "$T/sound" "$T/hurt"
dd if=/dev/zero of="$T/hurt" bs=4096 seek=$((infooff / 4096)) count=1 conv=notrunc status=none
dd if="$T/sound" of="$T/hurt" bs=4 skip=$((mapoff / 4 + 8)) seek=$((mapoff / 4 + 7)) count=1 conv=notrunc status=none
hurt() {
	cp "$T/hurt" "$ns"
}
is_repaired() {
	"$BTTBENCH" check "$ns" >"$T/checked" 2>&1 || "$BTTBENCH" repair "$ns" --keep=8 >"$T/checked" 2>&1 || return 1
	consistent && "$BTTBENCH" read "$ns" --lba=8 --count=8 2>"$T/checked" | cmp -s - "$T/last8"
}
tail -c 32768 "$T/old" >"$T/last8"
for form in text json; do
	hurt
	"$BTTBENCH" repair "$ns" --keep=8 --format=$form >"$T/good" || bail 'no repair'
	prepare=hurt check=is_repaired
	each alloc 8 7 "$BTTBENCH" repair "$ns" --keep=8 --format=$form
	each mmap 3 1 "$BTTBENCH" repair "$ns" --keep=8 --format=$form
done

# run: the result is complete, even without some facts about the machine
whole_result() {
	jq -e '.schema == "bttbench.result/1" and (.verdict.status | IN("valid", "invalid")) and
		(.runs[0].ops.write.count == 300 or .verdict.status == "invalid")' "$T/result.json" >"$T/checked" 2>&1
}
sound
prepare=no_preparation check=consistent as_ever=whole_result
set -- "$BTTBENCH" run "$ns" --set rw=randwrite --set ops=150 --set runtime=5s --set threads=2 --set oversubscribe=1 \
	--set precondition=none --output="$T/result.json"
each thread 2 1 "$@"
each mmap 3 1 "$@"
each alloc 500 97 "$@"
"$@" >/dev/null 2>"$T/err"
is 'a run without a fault still succeeds' "$?$(cat "$T/err")" 0

plan_done
