#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
#
# sigkill.t -- a killed run leaves a consistent namespace, and every block whole, in its place and current. The
# verification can fail: it finds blocks that are not.
# shellcheck source=tests/cli/tap.sh
. "$SRC/tests/cli/tap.sh"

KILLS=${KILLS:-20}

said=$("$SRC/tests/fault/sigkill.sh" "$BTTBENCH" "$KILLS")
tap_result $? "after each of $KILLS kills check is clean and no block is torn, misdirected or lost"
diag "$said"

# verify finds a block with its old content
export PMEM_IS_PMEM_FORCE=1
run() {
	"$BTTBENCH" run "$T/ns" --verify-state="$T/state" --set verify=stamp --set rw=randwrite --set ops=20000 \
		--set runtime=30s --set precondition=none --set seed="$1"
}
"$BTTBENCH" format "$T/ns" --size=16M --lbasize=4096 >/dev/null || bail "no namespace"
ok "a first run succeeds" run 1
"$BTTBENCH" read "$T/ns" --lba=7 --count=1 >"$T/old"
ok "a second run continues with its state" run 2
ok "... and verify finds no fault" "$BTTBENCH" verify "$T/ns" --state="$T/state"
"$BTTBENCH" read "$T/ns" --lba=7 --count=1 >"$T/new"
not_ok "block 7 was written again" cmp "$T/old" "$T/new"

"$BTTBENCH" write "$T/ns" --lba=7 --count=1 <"$T/old" >/dev/null
not_ok "a lost write is found" "$BTTBENCH" verify "$T/ns" --state="$T/state"
"$BTTBENCH" write "$T/ns" --lba=8 --count=1 <"$T/new" >/dev/null
not_ok "a misdirected write is found" "$BTTBENCH" verify "$T/ns"
"$BTTBENCH" read "$T/ns" --lba=9 --count=1 >"$T/nine"
dd if="$T/new" of="$T/nine" bs=512 skip=4 seek=4 conv=notrunc status=none
"$BTTBENCH" write "$T/ns" --lba=8 --count=1 <"$T/old" >/dev/null
"$BTTBENCH" write "$T/ns" --lba=9 --count=1 <"$T/nine" >/dev/null
not_ok "a torn write is found" "$BTTBENCH" verify "$T/ns"

plan_done
