#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
#
# model.t -- spin searches every state of tests/spin/btt.pml: the protocol holds, and each weakened step is found.
# shellcheck source=tests/cli/tap.sh
. "$SRC/tests/cli/tap.sh"

command -v spin >/dev/null || skip_all "spin is not installed"

# search OPTION...: searches the whole model with these -D and prints pan's report. With CUT all processes may end
# anywhere (-E); without it an endless wait is an error.
search() {
	dir=$(mktemp -d "$T/spin.XXXXXX")
	ends=-n
	case " $* " in *" -DCUT "*) ends=-E ;; esac
	(
		cd "$dir" &&
			spin -a "$@" "$SRC/tests/spin/btt.pml" >spin.out 2>&1 &&
			cc -O2 -w -DSAFETY -DCOLLAPSE -DMEMLIM=4000 -o pan pan.c &&
			./pan -m100000 -w22 $ends -n
	) 2>&1
	rm -rf "$dir"
}

# holds DESCRIPTION OPTION...: the search completes and finds nothing
holds() {
	description=$1
	shift
	report=$(search "$@")
	printf '%s\n' "$report" | grep -q 'errors: 0$' &&
		! printf '%s\n' "$report" | grep -qi 'search not completed\|max search depth\|out of memory'
	tap_result $? "$description" || diag "$report"
	diag "$* $(printf '%s\n' "$report" | sed -n 's/^ *\([0-9]*\) states, stored.*/\1 states/p')"
}

# found DESCRIPTION REGEX OPTION...: the search finds the violation REGEX of a mutant
found() {
	description=$1
	wanted=$2
	shift 2
	report=$(search "$@")
	printf '%s\n' "$report" | grep -Eq "$wanted"
	tap_result $? "mutant: $description" || diag "$report"
}

torn='assertion violated \(lo==hi\)'
twice='assertion violated \(\(blocks&'
any='assertion violated'

holds "strict: no block is torn, foreign or stale, and nobody waits forever"
holds "strict: blocks survive a power cut at any moment" -DCUT
holds "two-fence: no block is torn, foreign or stale, and nobody waits forever" -DTWO_FENCE
holds "two-fence: blocks survive a power cut at any moment, one write per lane" -DTWO_FENCE -DCUT -DN=1
holds "two-fence: blocks survive a power cut at any moment, two blocks of one map line" -DTWO_FENCE -DCUT -DP=2 -DK=0
holds "batches, strict: no block is torn, foreign or stale, and nobody waits forever" -DBATCH -DN=1
holds "batches, strict: blocks survive a power cut at any moment" -DBATCH -DCUT -DK=0
holds "batches, two-fence: no block is torn, foreign or stale, and nobody waits forever" -DBATCH -DTWO_FENCE -DN=1
holds "batches, two-fence: blocks survive a power cut at any moment" -DBATCH -DTWO_FENCE -DCUT -DK=0
holds "batches, two-fence: blocks survive a power cut at any moment, two blocks of one map line" -DBATCH -DTWO_FENCE -DCUT -DN=1 -DP=2 -DK=0
holds "two free blocks a lane: no block is torn, foreign or stale, and nobody waits forever" -DR=2 -DW=1 -DN=5 -DTWO_FENCE
holds "two lanes with two free blocks each: the same" -DR=2 -DN=2 -DTWO_FENCE
holds "two free blocks a lane: blocks survive a power cut at any moment" -DR=2 -DW=1 -DN=4 -DTWO_FENCE -DCUT
holds "two free blocks a lane: the same, two blocks of one map line" -DR=2 -DW=1 -DN=4 -DTWO_FENCE -DCUT -DP=2 -DK=0

found "no full fence of the writer before the scan (W2)" "$torn" -DNO_W2
found "the writer does not scan (W3)" "$torn" -DNO_W3
found "the reader publishes with a plain store (R2)" "$torn" -DNO_R2
found "the reader does not look again (R3)" "$torn" -DNO_R3
found "a lane is counted as a reader only after it published" "$torn" -DENLIST_LATE
found "the slot is cleared before the copy" "$torn" -DCLEAR_EARLY
found "the slot is not cleared (R5)" 'invalid end state' -DNO_CLEAR
found "no fences A and B" "$any" -DCUT -DNO_A -DNO_B
found "no fence B" "$any" -DCUT -DNO_B
found "no fence C" "$twice" -DCUT -DNO_C
found "no fence D" "$twice" -DCUT -DNO_D
found "unlocked before fence D" "$twice" -DCUT -DUNLOCK_EARLY
found "two-fence: the target's map line is not flushed again" "$any" -DCUT -DTWO_FENCE -DNO_TARGET_FLUSH -DN=1 -DK=0
found "two-fence: data and log under one fence" "$any" -DCUT -DTWO_FENCE -DDATA_WITH_COMMIT
found "two-fence: log and map under one fence" "$twice" -DCUT -DTWO_FENCE -DCOMMIT_WITH_MAP
found "a batch waits for the readers of one block" "$torn" -DBATCH -DNO_SECOND_WAIT
found "a batch of reads publishes with plain stores and no fence (R2)" "$torn" -DBATCH -DBATCH_NO_R2
found "a batch without fence AB" "$any" -DBATCH -DCUT -DTWO_FENCE -DN=1 -DK=0 -DBATCH_NO_AB
found "a batch without fence C" "$twice" -DBATCH -DCUT -DTWO_FENCE -DN=1 -DK=0 -DBATCH_NO_C
found "a batch does not flush the map lines of its blocks" "$twice" -DBATCH -DCUT -DTWO_FENCE -DN=1 -DK=0 -DBATCH_NO_TARGET_FLUSH
found "a batch writes both of two blocks with one lba" "$any" -DBATCH -DCUT -DTWO_FENCE -DN=1 -DK=0 -DBOTH_OF_ONE_LBA
found "two free blocks a lane: no fence before the scan (W2)" "$torn" -DR=2 -DW=1 -DN=4 -DNO_W2
found "two free blocks a lane: a freed block gets no mark" "$torn" -DR=2 -DW=1 -DN=3 -DNO_MARK
found "two free blocks a lane: a scan takes the mark from a block that is read" "$torn" -DR=2 -DW=1 -DN=4 -DHELD_UNMARKED

plan_done
