#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
#
# leaks.t -- nothing leaks, and no memory is used wrongly, when an allocation or a call of a namespace fails:
# by valgrind, a sample of what the tests beside this one go through; FAULTS_ALL=1 leaves no allocation out.
# Debian's valgrind knows no clwb and says so in its CPUID: libpmem then takes clflush.
# shellcheck source=tests/cli/tap.sh
. "$SRC/tests/cli/tap.sh"

[ "${VARIANT:-release}" = release ] || skip_all 'a sanitizer looks already, and valgrind can not look at one'
command -v valgrind >/dev/null || skip_all 'no valgrind'
shim=$TEST_BIN/fault/shim.so
[ -e "$shim" ] || bail "$shim is not built"
export PMEM_IS_PMEM_FORCE=1
ns=$T/ns
seen=99
step=${FAULTS_ALL:+1}

# watched COMMAND...: exit $seen when something is wrong with its memory
watched() {
	valgrind -q --soname-synonyms=somalloc=libjemalloc.so.2 --leak-check=full --errors-for-leak-kinds=definite,indirect --error-exitcode=$seen --log-file="$T/log" "$@" \
		>"$T/out" 2>"$T/err" <"$T/in"
}

# each WHAT COMMAND...: a test line: no allocation that fails makes it leak
each() {
	what=$1
	shift
	n=1 tried=0 bad=0
	while :; do
		$prepare
		rm -f "$T/reached"
		FAULT=alloc FAULT_AT=$n FAULT_SAYS="$T/reached" LD_PRELOAD="$shim" watched "$@"
		status=$?
		if [ "$status" -gt 1 ]; then
			bad=$((bad + 1))
			diag "allocation $n: exit $status: $(head -n 30 "$T/log")"
		fi
		[ -e "$T/reached" ] || break
		tried=$((tried + 1))
		n=$((n + ${step:-9}))
	done
	[ "$bad" -eq 0 ] && [ "$tried" -ge 2 ]
	tap_result $? "$what: $tried allocations failed in turn, and nothing leaks"
}

away() {
	rm -f "$ns"
}
hurt() {
	cp "$T/hurt" "$ns"
}

: >"$T/in"
prepare=away
each format "$BTTBENCH" format "$ns" --size=16M
"$BTTBENCH" format "$T/hurt" --size=16M --flavour=uefi >"$T/out" || bail 'no namespace'
dd if=/dev/zero of="$T/hurt" bs=4096 count=1 conv=notrunc status=none
prepare=hurt
each check "$BTTBENCH" check "$ns" --format=json
each info "$BTTBENCH" info "$ns"
each repair "$BTTBENCH" repair "$ns" --keep=8 --format=json
"$BTTBENCH" repair "$T/hurt" >"$T/out" || bail 'no repair'
head -c 16384 /dev/urandom >"$T/in"
each write "$BTTBENCH" write "$ns"

lose() {
	FAULT=leak FAULT_AT=1000 LD_PRELOAD="$shim" watched "$BTTBENCH" check "$ns"
}
exits 'a leak would be seen' $seen lose
like '... as what it is' "$(cat "$T/log")" '1,000 bytes in 1 blocks are definitely lost'

export FAULTS_STEP=97
unset FAULTS_ALL
for test in btt_fault_test btt_fault_use_test; do
	ok "$test: nothing leaks" watched "$TEST_BIN/unit/$test" || diag "$(head -n 40 "$T/log")"
done

plan_done
