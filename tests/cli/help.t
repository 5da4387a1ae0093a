#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
# Every way to ask for help prints the same help.
# shellcheck source=tests/cli/tap.sh
. "$SRC/tests/cli/tap.sh"

commands=$("$BTTBENCH" --help | sed -n 's/^  \([a-z]*\)  *.*/\1/p')
ok 'there are commands' [ "$(echo "$commands" | wc -l)" -ge 10 ]
for command in $commands; do
	"$BTTBENCH" "$command" --help >"$T/want"
	like "$command --help: its own help" "$(cat "$T/want")" "^Usage: bttbench $command "
	like '... has -h' "$(cat "$T/want")" '^ +-h, --help '
	for ask in "$command -h" "help $command" "-h $command" "--help $command"; do
		# shellcheck disable=SC2086 # words
		"$BTTBENCH" $ask >"$T/got" 2>"$T/err"
		is "$ask: exit 0, in silence" "$?$(cat "$T/err")" 0
		same '... the same text' "$T/want" "$T/got"
	done
done
"$BTTBENCH" --help >"$T/want"
for ask in -h help; do
	"$BTTBENCH" $ask >"$T/got"
	same "$ask: the list of commands" "$T/want" "$T/got"
done
is 'no line has more than 80 columns' "$(for command in '' $commands; do
	# shellcheck disable=SC2086 # one word or none
	"$BTTBENCH" help $command
done | grep -c '.\{81\}')" 0
exits 'help about no command: exit 2' 2 "$BTTBENCH" help nothing
like '... which the message names' "$("$BTTBENCH" help nothing 2>&1)" '^bttbench: nothing: no such command'
exits 'help about two commands: exit 2' 2 "$BTTBENCH" help run check
ok '-- ends the options' sh -c '! "$0" info -- -h' "$BTTBENCH"

plan_done
