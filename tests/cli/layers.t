#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
# tests/layers.pl sees each kind of fault, in a small tree that has nothing else.
# shellcheck source=tests/cli/tap.sh disable=SC2016 # text of C, not of the shell
. "$SRC/tests/cli/tap.sh"

layers=$SRC/tests/layers.pl

# source FILE LINE...: a file of the small tree
source() {
	mkdir -p "$T/tree/$(dirname "$1")"
	file=$T/tree/$1
	shift
	printf '%s\n' "$@" >"$file"
}

# sees DESCRIPTION FILE INCLUDE [NAMED]: with that line added to that file, just one line of output names it
sees() {
	cp "$T/tree/$2" "$T/kept"
	printf '%s\n' "#include $3" >>"$T/tree/$2"
	line=$(wc -l <"$T/tree/$2")
	said=$("$layers" "$T/tree" 2>&1)
	status=$?
	cp "$T/kept" "$T/tree/$2"
	named=$(printf '%s' "$3" | tr -d '"<>')
	is "$1" "$status: $said" "1: $2:$line: may not include ${4:-$named}"
}

# found DESCRIPTION OUTPUT [OPTION...]: the small tree has one fault
found() {
	description=$1 want=$2
	shift 2
	said=$("$layers" "$@" "$T/tree" 2>&1)
	status=$?
	is "$description" "$status: $said" "1: $want"
}

source btt/btt.h 'struct btt;'
source btt/ns.h '#include "btt.h"'
source btt/format.h 'struct format;'
source btt/arena.h '#include "format.h"' '#include "media/persist.h"'
source btt/arena.c '#include "arena.h"' '#include <uuid/uuid.h>' '#include <stdio.h>'
source btt/media/persist.h '#include "btt.h"'
source btt/media/persist.c '#include "persist.h"' '#include "format.h"' '#include <libpmem.h>'
source btt/ns/file.c '#include "ns.h"' '#include "media/persist.h"'
source btt/repair/check.c '#include "arena.h"'
source bench/help.h 'struct help;'
source bench/measure/clock.h '#include <time.h>'
source bench/pattern/pace.c '#include "measure/clock.h"' '#include "help.h"'
source bench/engine/raw.c '#include <ns.h>'
source bench/run/run.h 'struct run;'
source bench/cmd/main.c '#include "run/run.h"'

is 'a tree that keeps the rules: no output' "$("$layers" "$T/tree" 2>&1)" ''
ok '... and exit 0' "$layers" "$T/tree"

sees 'upward in the library' btt/media/persist.c '"arena.h"' btt/arena.h
sees 'upward by an angled include' btt/media/persist.c '<arena.h>' btt/arena.h
sees 'upward by a path' btt/arena.c '"../bench/help.h"' bench/help.h
sees 'upward in the bench' bench/measure/clock.h '"run/run.h"' bench/run/run.h
sees 'from the bench into the library' bench/engine/raw.c '"format.h"' btt/format.h
source btt/ns/ns_impl.h '#include "ns.h"'
sees 'sideways in the library' btt/repair/check.c '"ns/ns_impl.h"' btt/ns/ns_impl.h
sees 'sideways in the bench' bench/engine/raw.c '"measure/clock.h"' bench/measure/clock.h
sees 'a library in the wrong folder' btt/arena.c '<libpmem.h>'
sees 'a library in the wrong folder, by its own folder' bench/run/run.h '<hwloc/helper.h>'
sees 'a file that does not exist' btt/arena.c '"no_such.h"'
sees 'an include that cannot be read' btt/arena.c 'HEADER'

source btt/new/new.c 'int new;'
found 'a folder without a rule' 'btt/new: no rule for this folder'
rm -r "$T/tree/btt/new"

source btt/format.h '#include "arena.h"'
found 'a circle of headers' 'circle of includes: btt/arena.h > btt/format.h > btt/arena.h'
source btt/format.h '#include "format.h"'
found 'a header that includes itself' 'circle of includes: btt/format.h > btt/format.h'
source btt/format.h 'struct format;'

# object FILE TEXT: compiled to $T/objects/FILE.o
object() {
	mkdir -p "$T/objects/$(dirname "$1")"
	printf '%s\n' "$2" | ${CC:-cc} -x c -c -o "$T/objects/$1.o" - 2>&1
}
object btt/arena 'int persist(void); int arena(void) { return persist(); }'
object btt/media/persist 'int door; int persist(void) { return door; }'
object bench/cmd/main 'int arena(void); int main(void) { return arena(); }'
is 'calls without a circle: no output' "$("$layers" --objects "$T/objects" "$T/tree" 2>&1)" ''
object btt/media/persist 'int arena(void); int persist(void) { return arena(); }'
found 'a circle of calls' 'circle of calls: btt/arena > btt/media/persist > btt/arena' --objects "$T/objects"
object btt/media/persist 'int middle(void); int persist(void) { return middle(); }'
object btt/middle 'int arena(void); int middle(void) { return arena(); }'
found 'a circle of three' 'circle of calls: btt/arena > btt/media/persist > btt/middle > btt/arena' --objects "$T/objects"
object btt/middle 'extern int global; int middle(void) { return global; }'
object btt/arena 'int persist(void); int global; int arena(void) { return persist(); }'
found 'a circle by a variable' 'circle of calls: btt/arena > btt/media/persist > btt/middle > btt/arena' --objects "$T/objects"
found 'no objects are no pass' "layers.pl: no objects below $T/none" --objects "$T/none"

mkdir -p "$T/empty/btt" "$T/empty/bench"
is 'no files are no pass' "$("$layers" "$T/empty" 2>&1)" 'layers.pl: no source files here'

is 'this tree keeps the rules' "$("$layers" "$SRC" 2>&1)" ''

plan_done
