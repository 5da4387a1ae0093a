#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
#
# generate.sh BTTBENCH -- prints the bash completion of bttbench.
#
# The tables of the completion come from the command itself: commands and options from its help, keys and
# their words from --help-keys=words, names of formats and the like from the message about a wrong one.
# bttbench.bash holds the code that uses the tables.
set -eu
bttbench=$1
frame=$(dirname "$0")/bttbench.bash

# the words of "... (allowed: a, b, c)" on standard input
allowed() {
	sed -n 's/.*(allowed: \([^)]*\)).*/\1/p' | tr -d ,
}

commands=$("$bttbench" --help | sed -n 's/^  \([a-z]\{1,\}\)  *.*/\1/p' | tr '\n' ' ')
[ -n "$commands" ] || { echo "generate.sh: no commands in '$bttbench --help'" >&2 && exit 1; }

cat <<END
# SPDX-License-Identifier: BSD-3-Clause
# Bash completion of bttbench. Generated from the help of the command; do not edit.
_bttbench_commands='${commands% }'
_bttbench_plots='$({ "$bttbench" plot 2>&1 || :; } | allowed | tr '\n' ' ')'
_bttbench_actions='$({ "$bttbench" history 2>&1 || :; } | allowed)'
declare -gA _bttbench_options=() _bttbench_values=() _bttbench_keys=()
END

for command in $commands; do
	# "      --format=NAME   Text": the option and its value
	"$bttbench" "$command" --help | sed -n 's/^ *\(-[a-z], \)\{0,1\}--\([a-z-]*\[\{0,1\}=\{0,1\}[A-Z]*\).*/\2/p' |
		while IFS= read -r option; do
			name=${option%%[=[]*}
			case $option in
			*'[='*) suffix= ;;
			*=*) suffix='=' ;;
			*) suffix= ;;
			esac
			printf "_bttbench_options[%s]+=' --%s%s'\n" "$command" "$name" "$suffix"
			case $option in
			*=FILE) values=FILE ;;
			*=KEY) values=KEYS ;;
			*=NAME | *=FORM) values=$({ "$bttbench" "$command" "--$name=" 2>&1 || :; } | allowed) ;;
			*) continue ;;
			esac
			printf "_bttbench_values[%s --%s]='%s'\n" "$command" "$name" "$values"
		done
done

"$bttbench" run --help-keys=words | while read -r key words; do
	printf "_bttbench_keys[%s]='%s'\n" "$key" "$words"
done

cat "$frame"
