# SPDX-License-Identifier: BSD-3-Clause
# shellcheck shell=sh
#
# mutants.sh -- the library with one thing broken at a time, which a test must notice: `. tests/mutants.sh` with
# BUILD [NAME…] as the arguments, from the repository's root. Prints what noticed each and the score.
#
# A mutant is a file of btt/ and one change to its text, made on a copy; a change that changes nothing, or does
# not compile, is a failure too. The caller says how one is made and tried:
#	build_mutant NAME FILE		$out/NAME of $out/NAME.c, in place of FILE
#	try_mutant NAME ARG...		0 and in $word what noticed it, or 1 and in $word why that is none
set -u
build=$1
shift
wanted=$*
out=$build/mutants
rm -rf "$out"
mkdir -p "$out"
total=0 caught=0 word=

# mutants_others FILE: every object of BUILD but the one that is replaced
mutants_others() {
	find "$build/btt" "$build/tests" -name '*.o' ! -path "$build/${1%.c}.o" | sort
}

# mutant_with CHANGE NAME FILE ARG...: CHANGE is a perl substitution; the ARGs are for try_mutant
mutant_with() {
	change=$1 name=$2 file=$3
	shift 3
	if [ -n "$wanted" ]; then
		case " $wanted " in *" $name "*) ;; *) return ;; esac
	fi
	total=$((total + 1))
	# quoted includes are looked for in btt/ and beside the original, by -I
	perl -0pe "$change" "$file" >"$out/$name.c"
	if cmp -s "$file" "$out/$name.c"; then
		echo "not ok $total - $name: the change changes nothing"
	elif ! build_mutant "$name" "$file" 2>"$out/$name.log"; then
		echo "not ok $total - $name: does not build: $(head -n 1 "$out/$name.log")"
	elif try_mutant "$name" "$@"; then
		caught=$((caught + 1))
		echo "ok $total - $name: $word"
	else
		echo "not ok $total - $name: $word"
	fi
	rm -f "$out/$name"
}

# mutants_done: the last line of each script; 1 when a mutant lived
mutants_done() {
	echo "1..$total"
	echo "# mutants: $caught of $total noticed"
	[ "$caught" = "$total" ]
}
