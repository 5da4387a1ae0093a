#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
# make install, and a program that knows libpmemblk's btt layer alone, built against what it installs.
# shellcheck source=tests/cli/tap.sh disable=SC2016 # pkg-config has variables too
. "$SRC/tests/cli/tap.sh"

[ "$VARIANT" = release ] || skip_all "installs the release build; this is $VARIANT"
d=$T/d
p=$T/p

# install_to VARIABLE=VALUE...: make, on its own
install_to() {
	env -u MAKEFLAGS -u MAKELEVEL -u MFLAGS make -C "$SRC" --no-print-directory install "$@" >"$T/make.out" 2>&1 ||
		{ cat "$T/make.out" && return 1; }
}

ok 'make install' install_to DESTDIR="$d" PREFIX=/usr
is '... compiles nothing when all is built, but for the name of a new commit' \
	"$(grep -e ' -c -o ' "$T/make.out" | grep -v ' bench/result/version\.c$')" ''

# listed: the functions of the map, without their releases
listed() {
	sed -n 's/^\t\t\(btt_[a-z_]*\);$/\1/p' "$SRC/btt/libbtt.map" | sort
}
is '... these files and no others' "$(cd "$d" && find . -type f -o -type l | LC_ALL=C sort | sed 's/\.[0-9]\.[0-9]\.[0-9]$/.V/' | tr '\n' ' ')" \
	"./usr/bin/bttbench ./usr/include/btt/btt.h ./usr/include/btt/ns.h ./usr/lib/libbtt.a ./usr/lib/libbtt.so ./usr/lib/libbtt.so.0 ./usr/lib/libbtt.so.V ./usr/lib/pkgconfig/libbtt.pc ./usr/share/bash-completion/completions/bttbench $(
		cd "$SRC" && for f in plots/*.gp results/*.schema.json workloads/*.job profiles/*.ini; do echo "$f"; done | LC_ALL=C sort |
			sed 's|^results/|./usr/share/bttbench/schemas/|; s|^workloads/|./usr/share/bttbench/workloads/|; s|^plots/|./usr/share/bttbench/plots/|; s|^profiles/|./usr/share/bttbench/profiles/|' | tr '\n' ' ')$(
		cd "$SRC/docs/man" && for f in *.1; do echo "./usr/share/man/man1/$f"; done | LC_ALL=C sort | tr '\n' ' ')$(
		{ listed && echo libbtt && echo ns_callback; } | LC_ALL=C sort | sed 's|.*|./usr/share/man/man3/&.3|' | tr '\n' ' ')./usr/share/man/man5/bttbench-job.5 "
ok '... the links lead to the library' test -f "$d/usr/lib/libbtt.so"
is '... without the way through DESTDIR' "$(grep -c "$T" "$d/usr/lib/pkgconfig/libbtt.pc")" 0
is '... whose soname is that of the link' "$(readelf -d "$d/usr/lib/libbtt.so" | sed -n 's/.*SONAME.*\[\(.*\)\]/\1/p')" \
	"$(readlink "$d/usr/lib/libbtt.so")"
is '... bttbench is the one that was built' "$("$d/usr/bin/bttbench" --version)" "$("$BTTBENCH" --version)"
like '... with its version in the pkg-config file' "$("$d/usr/bin/bttbench" --version)" \
	"^bttbench $(sed -n 's/^Version: //p' "$d/usr/lib/pkgconfig/libbtt.pc") "
ok '... headers are readable by all' [ "$(stat -c %a "$d/usr/include/btt/btt.h" "$d/usr/include/btt/ns.h" | sort -u)" = 644 ]
ok 'make install once more' install_to DESTDIR="$d" PREFIX=/usr

# the header, the map and the shared library name the same functions
exported=$(nm -D --defined-only "$d/usr/lib/libbtt.so" | awk '$2 != "A" {print $3}' | sort)
version=$(awk '$2 ~ /^BTT_VERSION_M/ {printf "%s%s", dot, $3; dot = "."}' "$d/usr/include/btt/btt.h")
is 'exported: the functions of the map' "$(printf '%s\n' "$exported" | sed 's/@.*//')" "$(listed)"
is '... which are those of the headers' "$(sed -n 's/^BTT_API.*[ *]\(btt_[a-z_]*\)(.*/\1/p' \
	"$d/usr/include/btt/btt.h" "$d/usr/include/btt/ns.h" | sort)" "$(listed)"
is '... each with a release' "$(printf '%s\n' "$exported" | grep -vc '@@LIBBTT_[0-9]*\.[0-9]*$')" 0
like '... and the map has the release of the header' "$(cat "$SRC/btt/libbtt.map")" "^LIBBTT_$version \{\$"
for name in btt_init btt_nlane btt_nlba btt_read btt_write btt_set_zero btt_set_error btt_check btt_fini; do
	like "exported: $name" "$exported" "^$name@"
done

ok 'make install to a folder of its own' install_to DESTDIR= PREFIX="$p"
cat >"$T/seed.c" <<'END'
#include <assert.h>
#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>

#include <btt.h>

struct ram {
	uint8_t *bytes;
	size_t size;
};

static int
ram_read(void *ns, unsigned lane, void *buf, size_t count, uint64_t off)
{
	struct ram *ram = ns;

	assert(lane < 4 && off + count <= ram->size);
	memcpy(buf, ram->bytes + off, count);
	return 0;
}

static int
ram_write(void *ns, unsigned lane, const void *buf, size_t count, uint64_t off)
{
	struct ram *ram = ns;

	assert(lane < 4 && off + count <= ram->size);
	memcpy(ram->bytes + off, buf, count);
	return 0;
}

static int
ram_zero(void *ns, unsigned lane, size_t count, uint64_t off)
{
	struct ram *ram = ns;

	assert(lane < 4 && off + count <= ram->size);
	memset(ram->bytes + off, 0, count);
	return 0;
}

static ssize_t
ram_map(void *ns, unsigned lane, void **addrp, size_t len, uint64_t off)
{
	struct ram *ram = ns;

	assert(lane < 4 && off < ram->size);
	*addrp = ram->bytes + off;
	return (ssize_t)(ram->size - off < len ? ram->size - off : len);
}

static void
ram_sync(void *ns, unsigned lane, void *addr, size_t len)
{
	struct ram *ram = ns;

	assert(lane < 4 && (uint8_t *)addr >= ram->bytes && (uint8_t *)addr + len <= ram->bytes + ram->size);
}

/* in the order of libpmemblk's header, and no more than it has */
static struct ns_callback ram_callback = {ram_read, ram_write, ram_zero, ram_map, ram_sync, 0};

#define SAY(truth)                                                             \
	do {                                                                   \
		if (!(truth)) {                                                \
			fprintf(stderr, "line %d: not so: %s\n", __LINE__, #truth); \
			return 1;                                              \
		}                                                              \
	} while (0)

int
main(void)
{
	uint8_t uuid[16] = "0123456789abcde", block[512], got[512];
	struct ram ram = {malloc(33554432), 33554432};
	struct btt *btt;
	size_t last;

	memset(ram.bytes, 0, ram.size);
	SAY((btt = btt_init(ram.size, 512, uuid, 4, &ram, &ram_callback)));
	SAY(btt_nlane(btt) == 4);
	last = btt_nlba(btt) - 1;
	memset(got, 1, sizeof(got));
	SAY(!btt_read(btt, 3, last, got) && got[0] == 0 && !memcmp(got, got + 1, 511));
	for (unsigned lane = 0; lane < 4; lane++) {
		memset(block, 'a' + (int)lane, sizeof(block));
		SAY(!btt_write(btt, lane, last - lane, block));
	}
	SAY(!btt_set_zero(btt, 0, last - 1) && !btt_set_error(btt, 1, last - 2));
	SAY(btt_check(btt) == 1);
	btt_fini(btt);

	SAY((btt = btt_init(ram.size, 512, uuid, 4, &ram, &ram_callback)));
	SAY(!btt_read(btt, 0, last, got) && got[0] == 'a' && got[511] == 'a');
	SAY(!btt_read(btt, 0, last - 1, got) && got[0] == 0);
	SAY(btt_read(btt, 0, last - 2, got) == -1 && errno == EIO);
	SAY(!btt_read(btt, 0, last - 3, got) && got[0] == 'd');
	SAY(btt_write(btt, 0, last + 1, block) == -1 && errno == EINVAL);
	SAY(btt_write(btt, 4, 0, block) == -1 && errno == EINVAL);
	SAY(btt_check(btt) == 1);
	btt_fini(btt);

	uuid[0] = 'x';
	SAY(!btt_init(ram.size, 512, uuid, 4, &ram, &ram_callback) && errno == EINVAL);
	uuid[0] = '0';
	SAY(!btt_init(ram.size, 4096, uuid, 4, &ram, &ram_callback) && errno == EINVAL);
	free(ram.bytes);
	puts("all so");
	return 0;
}
END

# flags WORD...: of libbtt as installed to $1
flags() {
	prefix=$1
	shift
	PKG_CONFIG_PATH=$prefix/lib/pkgconfig pkg-config --define-variable=prefix="$prefix" "$@" libbtt
}

# build PREFIX FLAG...: seed.c into PREFIX/seed
build() {
	prefix=$1
	shift
	# shellcheck disable=SC2046 # words
	${CC:-cc} -std=c11 -D_GNU_SOURCE -Wall -Werror -o "$prefix/seed" "$T/seed.c" $(flags "$prefix" "$@")
}

ok 'a program for the old header builds against the shared library' build "$p" --cflags --libs
like '... which it asks for' "$(readelf -d "$p/seed")" 'NEEDED.*libbtt\.so\.0'
is '... and works' "$(LD_LIBRARY_PATH=$p/lib "$p/seed" 2>&1)" 'all so'
cp -r "$p" "$T/static"
rm "$T"/static/lib/libbtt.so*
echo '#include <btt/btt.h>
#include <btt/ns.h>
#include <stdio.h>
int main(void) { printf("%d.%d.%d %s\\n", BTT_VERSION_MAJOR, BTT_VERSION_MINOR, BTT_VERSION_PATCH, btt_version()); }' >"$T/version.c"
# shellcheck disable=SC2046 # words
ok 'a program that includes <btt/btt.h> builds too' "${CC:-cc}" -std=c11 -Wall -Werror -o "$p/version" "$T/version.c" \
	$(flags "$p" --cflags --libs)
release=$(sed -n 's/^Version: //p' "$p/lib/pkgconfig/libbtt.pc")
is '... header, library and pkg-config file are one release' "$(LD_LIBRARY_PATH=$p/lib "$p/version")" "$release $release"
ok 'a program for the old header builds against the static library' build "$T/static" --static --cflags --libs
unlike '... and asks for no shared one' "$(readelf -d "$T/static/seed")" 'NEEDED.*libbtt'
is '... and works' "$("$T/static/seed" 2>&1)" 'all so'
for header in btt.h ns.h btt/btt.h btt/ns.h; do
	echo "#include <$header>" >"$T/alone.c"
	# shellcheck disable=SC2046 # words
	ok "$header stands alone" "${CC:-cc}" -std=c11 -Wall -Wextra -Wpedantic -Werror -fsyntax-only "$T/alone.c" \
		$(flags "$p" --cflags)
	if command -v c++ >/dev/null; then
		# shellcheck disable=SC2046 # words
		ok "$header is C++ too" c++ -x c++ -Wall -Wextra -Werror -fsyntax-only "$T/alone.c" $(flags "$p" --cflags)
	else
		skip "$header is C++ too" 'no C++ compiler'
	fi
done

plan_done
