#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
# The programs of docs/examples, built with pkg-config against the installed library, and run.
# shellcheck source=tests/cli/tap.sh
. "$SRC/tests/cli/tap.sh"

[ "$VARIANT" = release ] || skip_all "installs the release build; this is $VARIANT"

env -u MAKEFLAGS -u MAKELEVEL -u MFLAGS make -C "$SRC" --no-print-directory install DESTDIR="$T/d" PREFIX=/usr \
	>"$T/make.out" 2>&1 || bail "make install: $(tail -n 1 "$T/make.out")"

# flags WORD...: of libbtt as installed below $T/d
flags() {
	PKG_CONFIG_PATH=$T/d/usr/lib/pkgconfig pkg-config --define-variable=prefix="$T/d/usr" "$@" libbtt
}

# build NAME
build() {
	# shellcheck disable=SC2046 # words
	${CC:-cc} -std=c11 -D_GNU_SOURCE -pthread -Wall -Wextra -Werror -o "$T/$1" "$SRC/docs/examples/$1.c" \
		$(flags --cflags --libs)
}

# run NAME ARGUMENT...
run() {
	name=$1
	shift
	LD_LIBRARY_PATH=$T/d/usr/lib "$T/$name" "$@" 2>&1
}

is 'these are the examples' "$(cd "$SRC/docs/examples" && echo *.c)" 'blocks.c callbacks.c lanes.c'
for name in blocks callbacks lanes; do
	ok "$name builds against the installed library" build "$name"
done

said=$(run blocks "$T/file")
is 'blocks: exit 0' $? 0
like '... a new file reads as zeros' "$said" '^block 0 before: ""$'
like '... a block reads as written' "$said" '^block 0 after: "written by blocks\.c"$'
like '... a marked block fails' "$said" '^block 1: .* is marked bad$'
like '... and the layout is consistent' "$said" '^consistent$'
like 'blocks again: finds the text of the first run' "$(run blocks "$T/file")" '^block 0 before: "written by blocks\.c"$'
ok '... bttbench reads the same BTT' "$BTTBENCH" check "$T/file"

said=$(run callbacks)
is 'callbacks: exit 0' $? 0
like '... a block reads as written' "$said" 'block 1000: "a block behind callbacks"$'
like '... and the layout is consistent' "$said" '^consistent: yes$'

said=$(run lanes)
is 'lanes: exit 0' $? 0
is '... each thread has counters' "$(printf '%s\n' "$said" | grep -c '^lane [0-3]: [1-9][0-9]* fences, [1-9]')" 4
like '... and the layout is consistent' "$said" '^consistent: yes$'

plan_done
