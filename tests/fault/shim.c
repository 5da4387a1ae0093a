/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * shim.c -- for LD_PRELOAD: call number FAULT_AT of the kind FAULT fails, once.
 *
 *	FAULT=alloc	ENOMEM from malloc and similar functions, and from functions that allocate for their caller
 *			(fopen, strdup, asprintf ...), when bttbench or libjansson calls them
 *	FAULT=mmap	ENOMEM from mmap, when bttbench or libpmem calls it
 *	FAULT=thread	EAGAIN from pthread_create, when bttbench calls it
 *
 *	FAULT=leak	nothing fails; FAULT_AT bytes are allocated and lost, to test leak detection
 *
 * Other libraries are not tested without memory: libjemalloc, for one, crashes in its own code. The shim acts only in
 * a program named bttbench, not in a shell that starts it. At exit it writes "reached" to the file FAULT_SAYS
 * if the failing call was made.
 */
#include <dlfcn.h>
#include <errno.h>
#include <link.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#define RANGES 16

static struct range {
	uintptr_t from, to;
} ranges[RANGES];
static unsigned nranges;
static char kind;
static _Atomic long left;
static const char *says;

/* for allocations of dlsym before the real functions are known; never freed */
static char early[65536];
static size_t early_used;

static void *
early_alloc(size_t size)
{
	void *at = early + early_used;

	early_used += (size + 63) / 64 * 64;
	return early_used <= sizeof(early) ? at : NULL;
}

static int
is_early(const void *at)
{
	return (const char *)at >= early && (const char *)at < early + sizeof(early);
}

/* Libraries whose calls fail too, for each kind. */
static int
is_tested_library(const char *name)
{
	return strstr(name, kind == 'm' ? "libpmem.so" : "libjansson.so") != NULL;
}

static int
add_range(struct dl_phdr_info *info, size_t size, void *arg)
{
	(void)size;
	(void)arg;
	/* the first object, which has no name, is the program */
	if (*info->dlpi_name && !is_tested_library(info->dlpi_name))
		return 0;
	for (int i = 0; i < info->dlpi_phnum; i++) {
		const ElfW(Phdr) *p = &info->dlpi_phdr[i];

		if (p->p_type == PT_LOAD && (p->p_flags & PF_X) && nranges < RANGES)
			ranges[nranges++] =
				(struct range){info->dlpi_addr + p->p_vaddr,
					       info->dlpi_addr + p->p_vaddr + p->p_memsz};
	}
	return 0;
}

__attribute__((constructor)) static void
start(void)
{
	const char *what = getenv("FAULT"), *at = getenv("FAULT_AT");

	says = getenv("FAULT_SAYS");
	if (what && at && !strcmp(program_invocation_short_name, "bttbench")) {
		left = atol(at);
		kind = *what;
	}
	dl_iterate_phdr(add_range, NULL);
	if (kind == 'l') {
		void *volatile lost = malloc((size_t)left);

		lost = NULL;
		(void)lost;
	}
}

static int
is_ours(const void *caller)
{
	for (unsigned i = 0; i < nranges; i++) {
		if ((uintptr_t)caller >= ranges[i].from && (uintptr_t)caller < ranges[i].to)
			return 1;
	}
	return 0;
}

/* 1 when this call must fail. */
static int
is_due(char of_kind, const void *caller)
{
	if (kind != of_kind || !is_ours(caller))
		return 0;
	return atomic_fetch_sub(&left, 1) == 1;
}

__attribute__((destructor)) static void
stop(void)
{
	FILE *file;

	if (!kind || atomic_load(&left) > 0 || !says)
		return;
	kind = 0;
	file = fopen(says, "w");
	if (file) {
		fputs("reached\n", file);
		fclose(file);
	}
}

#define CALLER __builtin_return_address(0)

/* The next definition of this function; `early` while dlsym looks for it. */
#define NEXT(result, name, parameters)                                \
	static result(*next) parameters;                              \
	static _Thread_local int is_looking;                          \
	if (!next && !is_looking) {                                   \
		is_looking = 1;                                       \
		next = (result(*) parameters)dlsym(RTLD_NEXT, #name); \
		is_looking = 0;                                       \
	}

void *
malloc(size_t size)
{
	NEXT(void *, malloc, (size_t))
	if (!next)
		return early_alloc(size);
	if (is_due('a', CALLER)) {
		errno = ENOMEM;
		return NULL;
	}
	return next(size);
}

void *
calloc(size_t count, size_t size)
{
	NEXT(void *, calloc, (size_t, size_t))
	if (!next)
		return early_alloc(count * size);
	if (is_due('a', CALLER)) {
		errno = ENOMEM;
		return NULL;
	}
	return next(count, size);
}

void *
realloc(void *old, size_t size)
{
	NEXT(void *, realloc, (void *, size_t))
	if (!next)
		return NULL;
	if (is_due('a', CALLER)) {
		errno = ENOMEM;
		return NULL;
	}
	return next(old, size);
}

void *
aligned_alloc(size_t alignment, size_t size)
{
	NEXT(void *, aligned_alloc, (size_t, size_t))
	if (is_due('a', CALLER)) {
		errno = ENOMEM;
		return NULL;
	}
	return next(alignment, size);
}

void *mallocx(size_t size, int flags); /* from libjemalloc */

void *
mallocx(size_t size, int flags)
{
	NEXT(void *, mallocx, (size_t, int))
	if (is_due('a', CALLER))
		return NULL;
	return next(size, flags);
}

char *
strdup(const char *text)
{
	NEXT(char *, strdup, (const char *))
	if (is_due('a', CALLER)) {
		errno = ENOMEM;
		return NULL;
	}
	return next(text);
}

char *
strndup(const char *text, size_t most)
{
	NEXT(char *, strndup, (const char *, size_t))
	if (is_due('a', CALLER)) {
		errno = ENOMEM;
		return NULL;
	}
	return next(text, most);
}

void *
reallocarray(void *old, size_t count, size_t size)
{
	NEXT(void *, reallocarray, (void *, size_t, size_t))
	if (is_due('a', CALLER)) {
		errno = ENOMEM;
		return NULL;
	}
	return next(old, count, size);
}

int
asprintf(char **text, const char *format, ...)
{
	va_list args;
	int len;

	if (is_due('a', CALLER)) {
		errno = ENOMEM;
		return -1;
	}
	va_start(args, format);
	len = vasprintf(text, format, args);
	va_end(args);
	return len;
}

FILE *
fopen(const char *path, const char *mode)
{
	NEXT(FILE *, fopen, (const char *, const char *))
	if (is_due('a', CALLER)) {
		errno = ENOMEM;
		return NULL;
	}
	return next(path, mode);
}

FILE *
fmemopen(void *buf, size_t size, const char *mode)
{
	NEXT(FILE *, fmemopen, (void *, size_t, const char *))
	if (is_due('a', CALLER)) {
		errno = ENOMEM;
		return NULL;
	}
	return next(buf, size, mode);
}

FILE *
open_memstream(char **text, size_t *size)
{
	NEXT(FILE *, open_memstream, (char **, size_t *))
	if (is_due('a', CALLER)) {
		errno = ENOMEM;
		return NULL;
	}
	return next(text, size);
}

void
free(void *at)
{
	NEXT(void, free, (void *))
	if (next && !is_early(at))
		next(at);
}

void *
mmap(void *at, size_t len, int prot, int flags, int fd, off_t off)
{
	NEXT(void *, mmap, (void *, size_t, int, int, int, off_t))
	if (is_due('m', CALLER)) {
		errno = ENOMEM;
		return MAP_FAILED;
	}
	return next(at, len, prot, flags, fd, off);
}

int
pthread_create(pthread_t *thread, const pthread_attr_t *attr, void *(*run)(void *), void *arg)
{
	NEXT(int, pthread_create, (pthread_t *, const pthread_attr_t *, void *(*)(void *), void *))
	if (is_due('t', CALLER))
		return EAGAIN;
	return next(thread, attr, run, arg);
}
