/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * engine_pmemblk.c -- engine=pmemblk: a PMEMBLK pool file through the system's libpmemblk, for
 * comparison.
 *
 * The library is loaded at run time, so the program does not depend on it. The library opens and
 * locks the file itself, with the same kind of lock as the namespace (flock). The engine therefore
 * releases the namespace's lock before the library opens the pool, and takes it again after the
 * pool is closed. The namespace's mapping stays, unused. The library has its own lanes: each call
 * takes one and releases it.
 *
 * The library maps the pool a second time. It does not show where its mapping or a block lies, but its
 * handle is the first byte of the pool, and the parts of a pool set follow one another in memory.
 */
#include <dlfcn.h>
#include <errno.h>
#include <inttypes.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/mman.h>

#include "blockwise.h"
#include "engine.h"
#include "job/job_key.h"

#define LIBRARY    "libpmemblk.so.1"
#define WARM_CHUNK ((uintptr_t)64 << 20) /* bytes between two looks at is_stopped */
#define PAGE       4096u

/* The functions as libpmemblk.h declares them; the build does not need that header. */
struct library {
	void *handle, *pool;
	int fd; /* of the namespace */
	void *(*open)(const char *path, size_t bsize);
	void (*close)(void *pool);
	size_t (*bsize)(void *pool);
	size_t (*nblock)(void *pool);
	int (*read)(void *pool, void *buf, long long block);
	int (*write)(void *pool, const void *buf, long long block);
	int (*set_zero)(void *pool, long long block);
	const char *(*errormsg)(void);
};

/* Stores the address of a library function; 0, or -1 if the library has no such function. */
static int
find(struct library *lib, const char *name, void *function)
{
	void *symbol = dlsym(lib->handle, name);

	memcpy(function, &symbol, sizeof(symbol));
	return symbol ? 0 : -1;
}

static int
load(struct library *lib, struct why *why)
{
	lib->handle = dlopen(LIBRARY, RTLD_NOW | RTLD_LOCAL);
	if (lib->handle && !find(lib, "pmemblk_open", &lib->open) &&
	    !find(lib, "pmemblk_close", &lib->close) && !find(lib, "pmemblk_bsize", &lib->bsize) &&
	    !find(lib, "pmemblk_nblock", &lib->nblock) && !find(lib, "pmemblk_read", &lib->read) &&
	    !find(lib, "pmemblk_write", &lib->write) &&
	    !find(lib, "pmemblk_set_zero", &lib->set_zero) &&
	    !find(lib, "pmemblk_errormsg", &lib->errormsg))
		return 0;
	return why_say(why, "engine=pmemblk: %s (Debian package libpmemblk1)", dlerror());
}

/* Opens the pool through /proc/self/fd: the file may have been renamed since. */
static int
open_pool(struct library *lib, const char *pool_set, size_t bsize, struct why *why)
{
	char path[64];

	snprintf(path, sizeof(path), "/proc/self/fd/%d", lib->fd);
	flock(lib->fd, LOCK_UN);
	lib->pool = lib->open(pool_set ? pool_set : path, bsize);
	if (lib->pool)
		return 0;
	why_say(why, "engine=pmemblk: %s", lib->errormsg());
	flock(lib->fd, LOCK_EX | LOCK_NB);
	return -1;
}

static void
unload(struct library *lib)
{
	if (lib->handle)
		dlclose(lib->handle);
	free(lib);
}

/* Checks the block size too, since the library's message does not name the pool's. */
static int
check_pool(struct engine *engine, const struct job *job, struct why *why)
{
	struct btt_probe probe;

	if (engine->facts.fd < 0)
		return why_say(
			why, "engine=pmemblk: no file (allowed: a file that holds a PMEMBLK pool)");
	if (btt_probe(engine->facts.size, engine->ns, btt_ns_callbacks(engine->ns), &probe,
		      sizeof(probe)))
		return why_say(why, "%s", btt_errormsg());
	if (!probe.is_pool)
		return why_say(
			why,
			"engine=pmemblk: no PMEMBLK pool (make one with 'pmempool create blk')");
	if (!job->bs || job->bs == probe.pool_block_size)
		return 0;
	return job_key_error(job, "bs", why, "not this pool's (%u)", probe.pool_block_size);
}

/* Opens a read-only target with libbtt, since libpmemblk would write to the pool. */
static int
read_layout(struct engine *engine, unsigned nworkers, struct why *why)
{
	const struct btt_open_options options = {.mode = BTT_READ_ONLY, .start = BTT_START_PROBE};
	struct btt *btt =
		btt_open(&options, engine->facts.size, engine->ns, btt_ns_callbacks(engine->ns));
	struct btt_layout info = {0};

	engine->nlane = nworkers;
	if (btt) {
		btt_get_layout(btt, &info, sizeof(info));
		btt_fini(btt);
	} else if (errno != ENOENT) { /* ENOENT: a pool has no layout before its first write */
		return why_say(why, "engine=pmemblk: %s", btt_errormsg());
	}
	engine->bs = info.lbasize;
	engine->nlba = info.nlba;
	return 0;
}

static int
pmemblk_engine_open(struct engine *engine, const struct job *job, unsigned nworkers,
		    struct why *why)
{
	struct library *lib;

	if (engine->pool_set && engine->facts.mode == BTT_NS_READ_ONLY) {
		engine->nlane = nworkers; /* the library would write; sizes stay unknown */
		return 0;
	}
	if (!engine->pool_set && check_pool(engine, job, why))
		return -1;
	if (engine->facts.mode == BTT_NS_READ_ONLY)
		return read_layout(engine, nworkers, why);
	lib = calloc(1, sizeof(*lib));
	if (!lib)
		return why_say(why, "%s", strerror(errno));
	lib->fd = engine->facts.fd;
	if (load(lib, why) || open_pool(lib, engine->pool_set, job->bs, why)) {
		unload(lib);
		return -1;
	}
	engine->library = lib;
	engine->bs = (uint32_t)lib->bsize(lib->pool);
	engine->nlba = lib->nblock(lib->pool);
	engine->nlane = nworkers;
	return 0;
}

static void
pmemblk_engine_close(struct engine *engine)
{
	struct library *lib = engine->library;

	if (!lib)
		return;
	lib->close(lib->pool);
	flock(lib->fd, LOCK_EX | LOCK_NB);
	unload(lib);
	engine->library = NULL;
}

static inline int
submit_block(const struct engine_lane *lane, enum op_kind kind, uint64_t lba, void *buf)
{
	const struct library *lib = lane->engine->library;

	switch (kind) {
	case OP_READ:
		return lib->read(lib->pool, buf, (long long)lba);
	case OP_WRITE:
		return lib->write(lib->pool, buf, (long long)lba);
	default:
		return lib->set_zero(lib->pool, (long long)lba);
	}
}

static int
pmemblk_engine_submit(const struct engine_lane *lane, const struct op *ops, unsigned n)
{
	return submit_blockwise(lane, ops, n, submit_block);
}

/* Makes the pages present. A page that can't be had is left to the ops. */
static void
warm_range(uintptr_t from, uintptr_t to, int writes, int (*is_stopped)(void))
{
	while (from < to && !is_stopped()) {
		uintptr_t end = to - from > WARM_CHUNK ? from + WARM_CHUNK : to;
		int err = madvise((void *)from, end - from,
				  writes ? MADV_POPULATE_WRITE : MADV_POPULATE_READ);

		/* EINVAL: a kernel before 5.14. A store of no bits keeps the content. */
		for (; from < end && err && errno == EINVAL; from += PAGE)
			if (writes)
				atomic_fetch_or((_Atomic uint8_t *)from, 0);
			else
				(void)atomic_load((_Atomic uint8_t *)from);
		from = end;
	}
}

/*
 * Warms the whole pool, since any block may lie anywhere in it. The pool ends at its size, for a pool set with
 * the last file that is mapped side by side. The library makes the page of the pool's header inaccessible.
 */
static void
pmemblk_engine_warm(const struct engine *engine, int writes, int (*is_stopped)(void))
{
	uintptr_t at = (uintptr_t)engine->library->pool, from, to;
	uintptr_t end = engine->pool_set ? UINTPTR_MAX : at + engine->facts.size;
	FILE *maps = fopen("/proc/self/maps", "re");
	char *line = NULL, allowed[5];
	size_t size = 0;
	uintmax_t inode;

	while (maps && at < end && getline(&line, &size, maps) > 0) {
		if (sscanf(line, "%" SCNxPTR "-%" SCNxPTR " %4s %*x %*s %ju", &from, &to, allowed,
			   &inode) != 4 ||
		    to <= at)
			continue;
		if (from > at || !inode)
			break;
		to = to < end ? to : end;
		if (allowed[0] == 'r' && (!writes || allowed[1] == 'w'))
			warm_range(at, to, writes, is_stopped);
		at = to;
	}
	free(line);
	if (maps)
		fclose(maps);
}

const struct engine_ops engine_pmemblk = {
	.name = "pmemblk",
	.open = pmemblk_engine_open,
	.close = pmemblk_engine_close,
	.submit = pmemblk_engine_submit,
	.warm = pmemblk_engine_warm,
};
