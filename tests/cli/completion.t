#!/bin/bash
# SPDX-License-Identifier: BSD-3-Clause
# The bash completion: the words that it offers at the cursor, and that they are those of the command.
# shellcheck source=tests/cli/tap.sh
. "$SRC/tests/cli/tap.sh"

completion=${BTTBENCH%/*}/completions/bttbench
[ -f "$completion" ] || bail "no $completion"
# shellcheck source=/dev/null
ok 'bash reads it' bash -eu -c ". '$completion'"
# shellcheck source=/dev/null
. "$completion"

# offers WORD...: all that is offered, sorted, on one line, with the cursor behind the last WORD. As bash
# does it, words are split at = and :.
offers() {
	local word
	COMP_WORDS=()
	for word in "$@"; do
		while [[ $word =~ ^([^=:]*)([=:]+)(.*)$ ]]; do
			[[ -z ${BASH_REMATCH[1]} ]] || COMP_WORDS+=("${BASH_REMATCH[1]}")
			COMP_WORDS+=("${BASH_REMATCH[2]}")
			word=${BASH_REMATCH[3]}
		done
		[[ -z $word && ${COMP_WORDS[-1]-} == [=:]* && $# -gt 1 ]] || COMP_WORDS+=("$word")
	done
	complete_words
}

# offers_whole WORD...: the same in a shell that does not split words there
offers_whole() {
	COMP_WORDS=("$@")
	complete_words
}

complete_words() {
	COMP_CWORD=$((${#COMP_WORDS[@]} - 1))
	COMPREPLY=()
	_bttbench bttbench "${COMP_WORDS[COMP_CWORD]}" ''
	printf '%s\n' "${COMPREPLY[@]}" | sort | tr '\n' ' ' | sed 's/ $//'
}

# sorted: the words of standard input
sorted() {
	tr -s ' ' '\n' | sed '/^$/d' | sort | tr '\n' ' ' | sed 's/ $//'
}

# allowed ARG...: the words that the message of the command allows
allowed() {
	"$BTTBENCH" "$@" 2>&1 | sed 's/.*allowed: \(.*\))$/\1/' | tr -d , | sorted
}

# commands
is 'bttbench TAB: every command' "$(offers bttbench '')" \
	"$({ "$BTTBENCH" --help | sed -n 's/^  \([a-z]*\)  *.*/\1/p' && echo --help --version; } | sorted)"
is 'the start of a command' "$(offers bttbench re)" 'read repair report'
is 'a word that is no command' "$(offers bttbench frobnicate --)" ''

is 'history TAB: every action' "$(offers bttbench history '')" "$(allowed history)"
is 'the start of an action' "$(offers bttbench history ch)" 'changes check'

# options
for command in $("$BTTBENCH" --help | sed -n 's/^  \([a-z]*\)  *.*/\1/p'); do
	is "$command --TAB: every option" "$(offers bttbench "$command" -- | tr -d = | sorted)" \
		"$("$BTTBENCH" "$command" --help | sed -n 's/^ \{2,6\}\(-[a-z], \)*--\([a-z-]*\).*/--\2/p' | sorted)"
done
is 'the start of an option' "$(offers bttbench run --ou)" '--output='
is '... behind an argument' "$(offers bttbench run a.job dram:1G --ou)" '--output='

# names of formats and the like: those that the command allows
is 'run --format=TAB' "$(offers bttbench run --format=)" "$(allowed run --format=)"
is '... the start of one' "$(offers bttbench run --format=fi)" 'fio-json fio-json+'
is '... as a word of its own' "$(offers bttbench run --format cs)" 'csv'
is '... where = does not split words' "$(offers_whole bttbench run --format=bm)" '--format=bmf'
is 'check --format=TAB' "$(offers bttbench check --format=)" 'json text'
is 'format --flavour=TAB' "$(offers bttbench format --flavour=)" "$(allowed format --flavour=)"
is 'run --help-keys=TAB' "$(offers bttbench run --help-keys=)" "$(allowed run --help-keys=x)"
is 'an option with a number has no words' "$(offers bttbench format --nfree=)" ''

# keys
is '--set TAB: every key' "$(offers bttbench run --set '' | tr ' ' '\n' | grep -v '^limit' | tr -d =\\\\ | sorted)" \
	"$("$BTTBENCH" run --help-keys | grep -x '[a-z_][a-z_]*' | sorted)"
is '... the start of one' "$(offers bttbench run --set plac)" 'placement='
is '... behind --set=' "$(offers bttbench run --set=plac)" 'placement='
is '... where = does not split words' "$(offers_whole bttbench run --set=plac)" '--set=placement='
is '... a limit, quoted for the shell' "$(offers bttbench run --set limit.read.p99)" \
	'limit.read.p99.9\<= limit.read.p99.9\>= limit.read.p99\<= limit.read.p99\>='
ok '... which run takes' "$BTTBENCH" run dram:16M --set ops=10 --set limit.read.p99.9\<=1h
is 'no limit on a latency of all ops together' "$(offers bttbench run --set limit.total. | tr -d '\\<>=')" \
	'limit.total.bw limit.total.bw limit.total.errors limit.total.errors limit.total.iops limit.total.iops'

# words of keys
is '--set engine=TAB' "$(offers bttbench run --set engine=)" 'block btt floor null pmemblk raw'
is '--set=engine=p' "$(offers bttbench run --set=engine=p)" 'pmemblk'
is '... where = does not split words' "$(offers_whole bttbench run --set=engine=p)" '--set=engine=pmemblk'
is '--set placement=n' "$(offers bttbench run --set placement=n)" 'node:'
is '--set threads=TAB' "$(offers bttbench run --set threads=)" 'all'
is '--set frobnicate=TAB' "$(offers bttbench run --set frobnicate=)" ''
while read -r key words; do
	for word in $words; do
		case $key=$word in
		*: | namespace=* | rwmix=* | engine=pmemblk | engine=block | placement=remote | threads=all) continue ;;
		esac
		ok "a word that is offered is allowed: $key=$word" "$BTTBENCH" run dram:20M --dry-run --set "$key=$word"
	done
done < <("$BTTBENCH" run --help-keys=words)

# files
mkdir "$T/files" || bail 'no folder'
touch "$T/files/oltp.job" "$T/files/with blank" "$T/files/other"
cd "$T/files" || bail 'no folder'
is 'run o: files' "$(offers bttbench run o)" 'oltp.job other'
is '... with a blank in the name' "$(offers bttbench check with)" 'with blank'
is 'run dr: memory, where no file is called so' "$(offers bttbench run dr)" 'dram:'
is '... not for check' "$(offers bttbench check dr)" ''
is '--output=o: files' "$(offers bttbench run --output=o)" 'oltp.job other'
is '... where = does not split words' "$(offers_whole bttbench run --output=ol)" '--output=oltp.job'
is 'history check o: files' "$(offers bttbench history check o)" 'oltp.job other'
is '--state=o: files' "$(offers bttbench verify --state=o)" 'oltp.job other'
is 'plot h: kinds of plots' "$(offers bttbench plot h)" 'heatmap histogram'
is '... and files' "$(offers bttbench plot o)" 'oltp.job other'
is 'list takes no argument' "$(offers bttbench list o)" ''

plan_done
