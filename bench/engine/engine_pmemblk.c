/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * pmemblk.c -- engine=pmemblk: a PMEMBLK pool file through the system's libpmemblk, for comparison.
 *
 * The library is loaded at run time, so that nothing depends on it. It opens and locks the file for
 * itself: our own lock, which is of the same sort, is given up while it has it, and taken again
 * before the namespace is anybody else's. Our mapping stays, idle. Lanes are the library's own: each
 * call takes one and gives it back.
 */
#include <dlfcn.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>

#include "blockwise.h"
#include "engine.h"

#define LIBRARY "libpmemblk.so.1"

/* as libpmemblk.h declares them, which need not be here when this is built */
struct library {
	void *handle, *pool;
	int fd; /* the namespace's */
	void *(*open)(const char *path, size_t bsize);
	void (*close)(void *pool);
	size_t (*bsize)(void *pool);
	size_t (*nblock)(void *pool);
	int (*read)(void *pool, void *buf, long long block);
	int (*write)(void *pool, const void *buf, long long block);
	int (*set_zero)(void *pool, long long block);
	const char *(*errormsg)(void);
};

/* 0, or -1 when the library has no such function */
static int
find(struct library *lib, const char *name, void *function)
{
	void *symbol = dlsym(lib->handle, name);

	memcpy(function, &symbol, sizeof(symbol));
	return symbol ? 0 : -1;
}

static int
load(struct library *lib, char *why, size_t why_size)
{
	lib->handle = dlopen(LIBRARY, RTLD_NOW | RTLD_LOCAL);
	if (lib->handle && !find(lib, "pmemblk_open", &lib->open) &&
	    !find(lib, "pmemblk_close", &lib->close) && !find(lib, "pmemblk_bsize", &lib->bsize) &&
	    !find(lib, "pmemblk_nblock", &lib->nblock) && !find(lib, "pmemblk_read", &lib->read) &&
	    !find(lib, "pmemblk_write", &lib->write) &&
	    !find(lib, "pmemblk_set_zero", &lib->set_zero) &&
	    !find(lib, "pmemblk_errormsg", &lib->errormsg))
		return 0;
	snprintf(why, why_size, "engine=pmemblk: %s (Debian package libpmemblk1)", dlerror());
	return -1;
}

/* by its number, so that it is the file that is open here, whatever its name is by now */
static int
open_pool(struct library *lib, size_t bsize, char *why, size_t why_size)
{
	char path[64];

	snprintf(path, sizeof(path), "/proc/self/fd/%d", lib->fd);
	flock(lib->fd, LOCK_UN);
	lib->pool = lib->open(path, bsize);
	if (lib->pool)
		return 0;
	snprintf(why, why_size, "engine=pmemblk: %s", lib->errormsg());
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

/* its block size is checked here, since the library's own message names none */
static int
judge(struct engine *engine, const struct job *job, char *why, size_t why_size)
{
	struct btt_probe probe;

	if (engine->facts.fd < 0) {
		snprintf(why, why_size,
			 "engine=pmemblk: no file (allowed: a file that holds a PMEMBLK pool)");
		return -1;
	}
	if (btt_probe(engine->facts.size, engine->ns, btt_ns_callbacks(engine->ns), &probe,
		      sizeof(probe))) {
		snprintf(why, why_size, "%s", btt_errormsg());
		return -1;
	}
	if (!probe.is_pool) {
		snprintf(why, why_size,
			 "engine=pmemblk: no PMEMBLK pool (make one with 'pmempool create blk')");
		return -1;
	}
	if (!job->bs || job->bs == probe.pool_block_size)
		return 0;
	return engine_deny_key(job, "bs", &(struct why){why, why_size}, "not this pool's (%u)",
			       probe.pool_block_size);
}

/* on a target that is open to read: the library would write to the pool, this project's does not */
static int
look(struct engine *engine, unsigned nworkers, char *why, size_t why_size)
{
	const struct btt_open_options options = {.mode = BTT_READ_ONLY, .start = BTT_START_PROBE};
	struct btt *btt =
		btt_open(&options, engine->facts.size, engine->ns, btt_ns_callbacks(engine->ns));
	struct btt_layout info = {0};

	engine->nlane = nworkers;
	if (btt) {
		btt_get_layout(btt, &info, sizeof(info));
		btt_fini(btt);
	} else if (errno != ENOENT) { /* a pool that was never written has no layout yet */
		snprintf(why, why_size, "engine=pmemblk: %s", btt_errormsg());
		return -1;
	}
	engine->bs = info.lbasize;
	engine->nlba = info.nlba;
	return 0;
}

static int
pmemblk_engine_open(struct engine *engine, const struct job *job, unsigned nworkers, char *why,
		    size_t why_size)
{
	struct library *lib;

	if (judge(engine, job, why, why_size))
		return -1;
	if (engine->facts.mode == BTT_NS_READ_ONLY)
		return look(engine, nworkers, why, why_size);
	lib = calloc(1, sizeof(*lib));
	if (!lib) {
		snprintf(why, why_size, "%s", strerror(errno));
		return -1;
	}
	lib->fd = engine->facts.fd;
	if (load(lib, why, why_size) || open_pool(lib, job->bs, why, why_size)) {
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
submit_block(const struct engine_lane *lane, struct op op, void *buf)
{
	const struct library *lib = lane->engine->library;

	switch (op.kind) {
	case OP_READ:
		return lib->read(lib->pool, buf, (long long)op.lba);
	case OP_WRITE:
		return lib->write(lib->pool, buf, (long long)op.lba);
	default:
		return lib->set_zero(lib->pool, (long long)op.lba);
	}
}

static int
pmemblk_engine_submit(const struct engine_lane *lane, struct op op)
{
	return submit_blockwise(lane, op, submit_block);
}

const struct engine_ops engine_pmemblk = {
	.name = "pmemblk",
	.open = pmemblk_engine_open,
	.close = pmemblk_engine_close,
	.submit = pmemblk_engine_submit,
};
