#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
#
# sigkill.t -- a run that is killed leaves a consistent namespace and every block whole, its own and current;
# and the judge of that sees it when a block is not.
# shellcheck source=tests/cli/tap.sh
. "$SRC/tests/cli/tap.sh"

KILLS=${KILLS:-20}

said=$("$SRC/tests/fault/sigkill.sh" "$BTTBENCH" "$KILLS")
tap_result $? "$KILLS kills: check clean, no block torn, misdirected or lost"
diag "$said"

# what the sweep says of a block that was put back to what it held before
export PMEM_IS_PMEM_FORCE=1
run() {
	"$BTTBENCH" run "$T/ns" --verify-state="$T/state" --set verify=stamp --set rw=randwrite --set ops=20000 \
		--set runtime=30s --set precondition=none --set seed="$1"
}
"$BTTBENCH" format "$T/ns" --size=16M --lbasize=4096 >/dev/null || bail "no namespace"
ok "a first run" run 1
"$BTTBENCH" read "$T/ns" --lba=7 --count=1 >"$T/old"
ok "a second one goes on from it" run 2
ok "and all is well" "$BTTBENCH" verify "$T/ns" --state="$T/state"
"$BTTBENCH" read "$T/ns" --lba=7 --count=1 >"$T/new"
not_ok "block 7 was written again" cmp "$T/old" "$T/new"

"$BTTBENCH" write "$T/ns" --lba=7 --count=1 <"$T/old" >/dev/null
not_ok "a lost write is found" "$BTTBENCH" verify "$T/ns" --state="$T/state"
"$BTTBENCH" write "$T/ns" --lba=8 --count=1 <"$T/new" >/dev/null
not_ok "a misdirected one is" "$BTTBENCH" verify "$T/ns"
"$BTTBENCH" read "$T/ns" --lba=9 --count=1 >"$T/nine"
dd if="$T/new" of="$T/nine" bs=512 skip=4 seek=4 conv=notrunc status=none
"$BTTBENCH" write "$T/ns" --lba=8 --count=1 <"$T/old" >/dev/null
"$BTTBENCH" write "$T/ns" --lba=9 --count=1 <"$T/nine" >/dev/null
not_ok "a torn one is" "$BTTBENCH" verify "$T/ns"

plan_done
