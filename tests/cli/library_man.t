#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
# The man pages of section 3, which library.pl makes from the headers.
# shellcheck source=tests/cli/tap.sh disable=SC2013 # functions are words
. "$SRC/tests/cli/tap.sh"

command -v groff >/dev/null || skip_all 'no groff'
mkdir -p "$T/man3"
ok 'the pages are made' perl "$SRC/docs/man/library.pl" 1.2.3 "$T/man3" "$SRC/btt/btt.h" "$SRC/btt/ns.h"

# a page with text renders without a warning
for page in "$T"/man3/*.3; do
	grep -q '^\.so' "$page" && continue
	is "${page##*/} renders without a warning" "$(groff -man -ww -Tutf8 -z "$page" 2>&1)" ''
done

# every function has a page, which names it and its prototype
for function in $(sed -n 's/^BTT_API.*[ *]\(btt_[a-z_]*\)(.*/\1/p' "$SRC/btt/btt.h" "$SRC/btt/ns.h"); do
	page=$T/man3/$function.3
	target=$(sed -n 's|^\.so man3/||p' "$page")
	text=$(groff -man -Tascii "$T/man3/${target:-$function.3}" 2>&1 | col -bx)
	like "$function has a page" "$text" "^ +[a-z_ *0-9]*[ *]$function\\("
	like '... with a description' "$text" "^ +$function\\(\\)\$"
done
is 'as many pages as functions, libbtt and ns_callback' "$(find "$T/man3" -name '*.3' | wc -l)" \
	"$(($(grep -c '^BTT_API' "$SRC/btt/btt.h") + $(grep -c '^BTT_API' "$SRC/btt/ns.h") + 2))"
for error in EINVAL EIO EROFS; do
	like "btt_write(3) describes $error" "$(groff -man -Tascii "$T/man3/btt_read.3" | col -bx)" "^ +$error +[A-Za-z]"
done
like 'the release is in the footer' "$(groff -man -Tascii "$T/man3/libbtt.3" | col -bx)" '^libbtt 1\.2\.3 '
not_ok 'a header that is missing is an error' perl "$SRC/docs/man/library.pl" 1.2.3 "$T/man3" "$T/none.h"

plan_done
