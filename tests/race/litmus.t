#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
#
# litmus.t -- a block is never overwritten during a read, on two processors. With any one step of btt/rtt.[ch]
# weakened it is: so the test can fail.
# shellcheck source=tests/cli/tap.sh
. "$SRC/tests/cli/tap.sh"

# build NAME: builds $T/NAME/litmus with the copies of rtt.[ch] in $T/NAME
build() {
	cc -std=gnu17 -D_GNU_SOURCE -O2 -I"$T/$1" -o "$T/$1/litmus" "$SRC/tests/race/litmus.c" "$T/$1/rtt.c" -lpthread
}

copy() {
	mkdir "$T/$1"
	cp "$SRC/btt/rtt.c" "$SRC/btt/rtt.h" "$SRC/btt/pad.h" "$SRC/btt/spin.h" "$T/$1/"
}

# breaks NAME [scan]: a block is overwritten during a read. In some processes the moment never comes (12 million rounds without
# it were seen), and in the next one it comes within a second: so a new process tries again, up to 12 times.
breaks() {
	for try in 1 2 3 4 5 6 7 8 9 10 11 12; do
		"$T/$1/litmus" 1000000000 10 ${2:+"$2"} && continue
		return $(($? != 1))
	done
	return 1
}

# mutant NAME DESCRIPTION FILE SED [scan]: with this edit of FILE a block is overwritten during a read
mutant() {
	copy "$1"
	sed -E -i "$4" "$T/$1/$3"
	if cmp -s "$T/$1/$3" "$SRC/btt/$3"; then
		tap_result 1 "mutant: $2"
		diag "the edit does not apply to btt/$3 any more: $4"
	else
		ok "mutant $1 builds" build "$1"
		ok "mutant: $2" breaks "$1" ${5:+"$5"}
	fi
}

copy shipped
build shipped || bail "litmus.c does not build"
said=$("$T/shipped/litmus" 1000000 15)
status=$?
[ "$status" -ne 77 ] || skip_all "$said"
is "no block is overwritten during a read" "$status" 0
diag "$said"
unlike "writers met readers in the middle of a read" "$said" ' (read|waited)=0 '
said=$("$T/shipped/litmus" 1000000 15 scan)
is "no block that a scan for another one found unread is overwritten during a read" "$?" 0
diag "$said"
unlike "... scans found blocks that were read" "$said" ' (read|waited)=0 '

mutant no-writer-fence "no fence between map store and scan (W2)" rtt.c \
	's/atomic_thread_fence\(memory_order_seq_cst\)/((void)0)/'
mutant store-fence "a store fence between map store and scan is not enough (W2)" rtt.c \
	's/atomic_thread_fence\(memory_order_seq_cst\)/__builtin_ia32_sfence()/'
mutant no-reader-fence "the reader publishes with a plain store (R2)" rtt.h \
	'/atomic_exchange_explicit/{s/exchange/store/;n;s/seq_cst/release/}'
mutant no-scan "the writer does not wait (W3)" rtt.c 's/== block\)/== block \&\& 0)/'
mutant scan-no-fence "no fence between map store and a scan for several blocks (W2)" rtt.c \
	'/^rtt_scan/,/^}/s/SCAN_FENCE\(\);//' scan
mutant scan-misses "a scan for several blocks looks for the first one only (W3)" rtt.c \
	's/k < count/k < 1/' scan

plan_done
