#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
# loud.t -- what `make test` shows of a test: of one that failed the claim and the reason, of a good one neither.
. "$SRC/tests/cli/tap.sh"

# shown TEXT...: what prove shows of a test program that prints this and exits with $exit
shown() {
	printf '%s\n' '#!/bin/sh' "cat <<'TEXT'" "$@" TEXT "exit $exit" >"$T/one.t"
	chmod 755 "$T/one.t"
	prove -j2 --timer --exec "$SRC/tests/run-one" "$T/one.t" 2>&1
}

exit=1
said=$(shown 'ok 1 - fine' 'not ok 2 - a claim' '# got: a console log' '1..2')
like "the claim that does not hold" "$said" '^not ok 2 - a claim$'
like "its reason" "$said" '^# got: a console log$'
unlike "not the others" "$said" '^ok 1'
exit=139
like "what a test said that was killed before its plan" "$(shown 'ok 1 - fine' 'its last words')" '^its last words$'
exit=1
like "why a test bailed out" "$(shown 'Bail out! no tool')" 'no tool'
exit=0
unlike "a good test: nothing" "$(shown 'ok 1 - fine' '# a remark' '1..1')" 'remark|fine'
exit=77
like "a skipped one: why" "$(shown 'no machine to be had')" 'skipped: no machine to be had'
plan_done
