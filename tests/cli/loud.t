#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
# loud.t -- `make test` shows the claim and the reason of a failed test, and nothing of a passed one.
. "$SRC/tests/cli/tap.sh"

# shown TEXT...: the output of prove for a test program that prints TEXT and exits with $exit
shown() {
	printf '%s\n' '#!/bin/sh' "cat <<'TEXT'" "$@" TEXT "exit $exit" >"$T/one.t"
	chmod 755 "$T/one.t"
	prove -j2 --timer --exec "$SRC/tests/run-one" "$T/one.t" 2>&1
}

exit=1
said=$(shown 'ok 1 - fine' 'not ok 2 - a claim' '# got: a console log' '1..2')
like "the failed claim is shown" "$said" '^not ok 2 - a claim$'
like "... with its reason" "$said" '^# got: a console log$'
unlike "... without the passed claims" "$said" '^ok 1'
exit=139
like "the output of a test killed before its plan is shown" "$(shown 'ok 1 - fine' 'its last words')" '^its last words$'
exit=1
like "the reason of a bail-out is shown" "$(shown 'Bail out! no tool')" 'no tool'
exit=0
unlike "nothing of a passed test is shown" "$(shown 'ok 1 - fine' '# a remark' '1..1')" 'remark|fine'
exit=77
like "the reason of a skipped test is shown" "$(shown 'no machine to be had')" 'skipped: no machine to be had'
plan_done
