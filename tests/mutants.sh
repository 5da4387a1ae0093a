# SPDX-License-Identifier: BSD-3-Clause
# shellcheck shell=sh
#
# mutants.sh -- breaks one thing of the library at a time; a test must notice each. Source it from the repository's root
# with the arguments BUILD [NAME…]: `. tests/mutants.sh`. Prints the message that noticed each mutant, and the score.
#
# A mutant is one change to the text of one file of btt/, made in a copy. A change without effect, or one that does not
# compile, is a failure too. The caller defines how to build and try a mutant:
#	build_mutant NAME FILE		makes $out/NAME from $out/NAME.c, which replaces FILE
#	try_mutant NAME ARG...		0 when it was noticed, with the message in $word; else 1, with the reason in $word
set -u
build=$1
shift
wanted=$*
out=$build/mutants
rm -rf "$out"
mkdir -p "$out"
total=0 caught=0 word=

# mutants_others FILE: every object of BUILD except the replaced one
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
	# quoted includes are found in btt/, and beside the original through -I
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

# mutants_done: the last line of each script; 1 when a mutant survived
mutants_done() {
	echo "1..$total"
	echo "# mutants: $caught of $total noticed"
	[ "$caught" = "$total" ]
}
