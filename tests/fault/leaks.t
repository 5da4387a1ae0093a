#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
#
# leaks.t -- no leak and no wrong use of memory when an allocation or a call of a namespace fails. valgrind checks
# a sample of the cases of the other tests here; FAULTS_ALL=1 checks every allocation. Debian's valgrind has no clwb and
# hides it in its CPUID, so libpmem uses clflush.
# shellcheck source=tests/cli/tap.sh
. "$SRC/tests/cli/tap.sh"

[ "${VARIANT:-release}" = release ] || skip_all 'a sanitizer already checks this, and valgrind cannot run one'
command -v valgrind >/dev/null || skip_all 'no valgrind'
shim=$TEST_BIN/fault/shim.so
[ -e "$shim" ] || bail "$shim is not built"
export PMEM_IS_PMEM_FORCE=1
ns=$T/ns
seen=99
step=${FAULTS_ALL:+1}

# watched COMMAND...: exits with $seen after a memory error
watched() {
	valgrind -q --soname-synonyms=somalloc=libjemalloc.so.2 --leak-check=full --errors-for-leak-kinds=definite,indirect --error-exitcode=$seen --log-file="$T/log" "$@" \
		>"$T/out" 2>"$T/err" <"$T/in"
}

# each NAME COMMAND...: one test: no failed allocation makes the command leak
each() {
	name=$1
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
	tap_result $? "$name leaks nothing when an allocation fails: $tried tried"
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
exits 'a leak is detected' $seen lose
like '... and reported as a leak' "$(cat "$T/log")" '1,000 bytes in 1 blocks are definitely lost'

export FAULTS_STEP=97
unset FAULTS_ALL
for test in btt_fault_test btt_fault_use_test; do
	ok "$test leaks nothing" watched "$TEST_BIN/unit/$test" || diag "$(head -n 40 "$T/log")"
done

plan_done
