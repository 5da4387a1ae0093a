#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
# The man pages as they are installed: no complaint of groff, and all that the command itself says it has.
# shellcheck source=tests/cli/tap.sh disable=SC2016 # awk has variables too
. "$SRC/tests/cli/tap.sh"

command -v groff >/dev/null || skip_all 'no groff here'
man=${BTTBENCH%/*}/man

# render PAGE: as text with long lines, without hyphenation or bold; warnings are all on
render() {
	groff -man -ww -Tascii -P-cbou -rLL=2000n -rHY=0 "$man/$1" >"$T/$1.txt" 2>"$T/$1.err"
}

# section PAGE HEADING: the lines below a heading .SH
section() {
	awk -v heading="$2" '/^[A-Z]/ {inside = $0 == heading; next} inside' "$T/$1.txt"
}

# subsection PAGE WORD: the lines below a heading .SS that has the word
subsection() {
	awk -v word="$2" '/^[A-Z]/ {inside = 0}
		/^   [^ ]/ {inside = 0; for (i = 1; i <= NF; i++) {name = $i; sub(",", "", name); if (name == word) inside = 1}}
		inside' "$T/$1.txt"
}

# words: one a line
words() {
	tr -s ' ' '\n' | sed '/^$/d'
}

# options COMMAND: that its help has
options() {
	"$BTTBENCH" "$1" --help | sed -n 's/^      --\([a-z-]*\).*/\1/p' | grep -vx help | sort -u
}

# described: the options that stand at the start of a paragraph of the text
described() {
	sed -n 's/^ *--\([a-z-]*\).*/\1/p' | grep -vx help | sort -u
}

for page in bttbench.1 bttbench-run.1; do
	ok "$page is rendered" render $page
	is '... without a warning' "$(cat "$T/$page.err")" ''
	like '... with the version of the command' "$(cat "$T/$page.txt")" \
		"^bttbench $("$BTTBENCH" --version | cut -d' ' -f2) "
	unlike '... nothing left to be put in' "$(cat "$man/$page")" '@[A-Z]+@'
	is '... every exit code' "$(section $page 'EXIT STATUS' | sed -n 's/^ *\([0-9]\) .*/\1/p' | tr '\n' ' ')" '0 1 2 3 4 '
done

"$BTTBENCH" run --help-keys | sed 's/^    values: /Values:/; s/^    unit: /Unit:/; s/^    default:/Default:/' | words >"$T/want"
section bttbench-run.1 KEYS | sed 1d | words >"$T/got"
ok 'every key: meaning, values, unit and default as in --help-keys, and no more' diff "$T/want" "$T/got"
is '... that is all keys of a result' "$("$BTTBENCH" run --help-keys | grep -cx '[a-z_][a-z_]*')" \
	"$("$BTTBENCH" run --format=json dram:16M --set ops=1 | jq '.job.sections[0].keys | length')"
is 'every key has a default' "$(grep -c '^Default:$' "$T/got")" "$(grep -c '^Unit:$' "$T/got")"
is 'a key that takes numbers says of what' \
	"$("$BTTBENCH" run --help-keys | grep -A1 '^    values:  a [cdsn]' | grep -c 'unit:    \(none\|a number\)')" 0
is 'every option of run' "$(section bttbench-run.1 OPTIONS | described)" "$(options run)"
exits '--help-keys=html' 2 "$BTTBENCH" run --help-keys=html

commands=$("$BTTBENCH" --help | sed -n 's/^  \([a-z]*\)  *.*/\1/p')
is 'every command has its part' "$(for c in $commands; do [ -z "$(subsection bttbench.1 "$c")" ] && echo "$c"; done)" ''
for command in $commands; do
	[ "$command" = run ] ||
		is "... $command: its options" "$(subsection bttbench.1 "$command" | described)" "$(options "$command")"
done

plan_done
