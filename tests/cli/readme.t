#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
# The README and the pages of docs/: commands run, names exist, links lead somewhere, and the README stays short.
# shellcheck source=tests/cli/tap.sh
. "$SRC/tests/cli/tap.sh"

readme=$SRC/README.md

ok 'the README has fewer than 1500 words' [ "$(wc -w <"$readme")" -lt 1500 ]
is 'every link leads to a file' "$(grep -o '](docs/[^)]*)' "$readme" | tr -d '()]' | while read -r link; do
	[ -f "$SRC/$link" ] || echo "$link"
done)" ''
is '... in docs/ too' "$(grep -ho '][(][a-z_]*\.md)' "$SRC"/docs/*.md | tr -d '()]' | while read -r link; do
	[ -f "$SRC/docs/$link" ] || echo "$link"
done)" ''
is 'every command has a row, and no other one' "$(sed -n '/^| command /,/^$/s/^| `\([^|]*\)|.*/\1/p' "$readme" | grep -o '[a-z]\{1,\}' | sort)" \
	"$("$BTTBENCH" --help | sed -n 's/^  \([a-z]*\)  *.*/\1/p' | sort)"
is 'every engine has a row' "$(sed -n '/^| .engine=/,/^$/s/^| `\([a-z]*\)`.*/\1/p' "$readme" | sort)" \
	"$("$BTTBENCH" run --help-keys=words | sed -n 's/^engine //p' | tr ' ' '\n' | sort)"
is 'every file that is named exists' "$(grep -hoE '`(tests|bench|btt|docs|results|workloads)/[A-Za-z0-9_./-]*[a-z0-9/]`' "$readme" "$SRC"/docs/*.md |
	tr -d '`' | sort -u | while read -r path; do [ -e "$SRC/$path" ] || echo "$path"; done)" ''
is 'every target of make exists' "$(grep -hoE '`make [a-z-]+' "$readme" "$SRC"/docs/*.md | sed 's/.*make //' | sort -u | while read -r target; do
	grep -q "^$target:" "$SRC/Makefile" || echo "$target"
done)" ''

# options of bttbench: those of ndctl and the like do not count
for command in $("$BTTBENCH" --help | sed -n 's/^  \([a-z]*\)  *.*/\1/p'); do
	"$BTTBENCH" "$command" --help
done | grep -o -- '--[a-z-]*' | sort -u >"$T/options"
is 'every option exists' "$(cat "$readme" "$SRC"/docs/*.md | perl -0777 -pe 's/`[^`]*`/$& =~ m{ndctl|mkfs|cpupower|--mode|--map-by|--bind-to} ? "" : $&/ge; s/^.*ndctl.*$//mg; s/mpirun.*?bttbench//g' |
	grep -oE -- '--[a-z][a-z-]*' | sort -u | grep -vxFf "$T/options")" ''
is 'every key that --set has exists' "$(cat "$readme" "$SRC"/docs/*.md | grep -oE -- '--set [a-z_]+' | cut -d' ' -f2 | sort -u | while read -r key; do
	"$BTTBENCH" run --help-keys=words | grep -q "^$key\( \|\$\)" || echo "$key"
done)" ''

# the commands of the README, short, in a folder where ./bttbench is the one under test
mkdir "$T/dir" && cd "$T/dir" || bail 'no folder'
ln -s "$BTTBENCH" bttbench && ln -s "$SRC/workloads" workloads || bail 'no links'
PMEM_IS_PMEM_FORCE=1
export PMEM_IS_PMEM_FORCE
sed -n 's/^    \(\.\/bttbench .*\)/\1/p' "$readme" | sed "s|/dev/shm/ns|$T/ns|; s/--size=1G/--size=64M/; s/runtime=10/runtime=100ms/" >"$T/commands"
ok 'the README has commands' [ "$(wc -l <"$T/commands")" -ge 5 ]
while read -r command; do
	case $command in
	*' run '*) command="$command --set ramp_time=0 --set runtime=100ms --set oversubscribe=1" ;;
	*' qualify '*) command="$command --list" ;;
	*' sweep '*) command="$command --set ramp_time=0 --set runtime=20ms --set precondition=none --repeat=1" ;;
	esac
	ok "$command" may_lose_time sh -c "$command"
done <"$T/commands"

plan_done
