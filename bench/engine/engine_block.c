/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * engine_block.c -- engine=block: a block device, such as the kernel's BTT in sector mode
 * (/dev/pmem0s), or a file, through O_DIRECT. Each op is one system call, so each worker has one op
 * outstanding.
 *
 *	read, write	pread, pwrite
 *	zero		BLKZEROOUT on a device. FALLOC_FL_ZERO_RANGE on a file, which keeps the space
 *			allocated; FALLOC_FL_PUNCH_HOLE where the file system does not support it.
 *
 * A write is as durable as its completion by the device. There is no O_DSYNC: neither the volatile
 * cache of a device nor the size and extents of a file are flushed. A device in sector mode has
 * neither.
 *
 * target.c has opened a device already. A file is the namespace's file, opened again for O_DIRECT;
 * the namespace's own mapping and lock stay, unused.
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/fs.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "engine.h"
#include "job/job_key.h"

#define SECTOR_LEAST 512u
#define ALIGN        4096u

static int
open_direct(struct engine *engine, struct why *why)
{
	char path[64];

	engine->direct = (struct direct){.fd = engine->facts.fd, .is_device = !engine->ns};
	if (!engine->ns)
		return 0;
	snprintf(path, sizeof(path), "/proc/self/fd/%d", engine->facts.fd);
	engine->direct.fd =
		open(path, (engine->facts.mode == BTT_NS_READ_ONLY ? O_RDONLY : O_RDWR) | O_DIRECT |
				   O_CLOEXEC);
	if (engine->direct.fd >= 0)
		return 0;
	if (errno == EINVAL)
		return why_say(why, "engine=block: this file system takes no O_DIRECT");
	return why_say(why, "engine=block: %s", strerror(errno));
}

static int
set_sizes(struct engine *engine, const struct job *job, struct why *why)
{
	uint32_t sector = SECTOR_LEAST;
	int device_sector;

	engine->bs = job->bs ? job->bs : ENGINE_BS_DEFAULT;
	if (engine->direct.is_device) {
		if (ioctl(engine->direct.fd, BLKSSZGET, &device_sector))
			return why_say(why, "engine=block: %s", strerror(errno));
		sector = (uint32_t)device_sector;
		engine->bs = job->bs ? job->bs : sector;
	}
	engine->nlba = engine->facts.size / engine->bs;
	if (engine->bs % sector)
		return job_key_error(job, "bs", why, "no multiple of the sector size (%u)", sector);
	if (!engine->nlba)
		return job_key_error(job, "bs", why,
				     "larger than the namespace (allowed: up to %ju bytes)",
				     (uintmax_t)engine->facts.size);
	return 0;
}

/* A file system may require larger O_DIRECT blocks, and no interface tells: a read finds out. */
static int
try_read(const struct engine *engine, struct why *why)
{
	size_t room = (engine->bs + ALIGN - 1) / ALIGN * ALIGN;
	void *buf = aligned_alloc(ALIGN, room);
	off_t last = (off_t)((engine->nlba - 1) * engine->bs);
	ssize_t got = buf ? pread(engine->direct.fd, buf, engine->bs, last) : -1;
	int err = got < 0 ? errno : EIO;

	free(buf);
	if (got == (ssize_t)engine->bs)
		return 0;
	return why_say(why, "engine=block: bs=%u: can't read the last block past the cache: %s",
		       engine->bs, strerror(err));
}

static void
block_close(struct engine *engine)
{
	if (!engine->direct.is_device)
		close(engine->direct.fd);
}

static int
block_open(struct engine *engine, const struct job *job, unsigned nworkers, struct why *why)
{
	if (engine->facts.kind == BTT_NS_DRAM || engine->facts.kind == BTT_NS_DAX)
		return why_say(why, "engine=block: %s (allowed: a block device, or a file)",
			       engine->facts.kind == BTT_NS_DRAM ? "plain memory" : "a DAX device");
	if (open_direct(engine, why))
		return -1;
	if (set_sizes(engine, job, why) || try_read(engine, why)) {
		block_close(engine);
		return -1;
	}
	engine->facts.base =
		NULL; /* O_DIRECT bypasses the mapping: its pages must not be faulted in */
	engine->nlane = nworkers;
	return 0;
}

static int
zero_range(const struct direct *direct, uint64_t off, uint64_t len)
{
	uint64_t range[2] = {off, len};

	if (direct->is_device)
		return ioctl(direct->fd, BLKZEROOUT, range);
	if (!fallocate(direct->fd, FALLOC_FL_ZERO_RANGE | FALLOC_FL_KEEP_SIZE, (off_t)off,
		       (off_t)len))
		return 0;
	if (errno != EOPNOTSUPP)
		return -1;
	return fallocate(direct->fd, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, (off_t)off,
			 (off_t)len);
}

static int
block_submit(const struct engine_lane *lane, const struct op *ops, unsigned n)
{
	const struct engine *e = lane->engine;
	size_t len = (size_t)lane->blocks * e->bs;

	for (unsigned i = 0; i < n; i++) {
		uint64_t off = ops[i].lba * e->bs;
		ssize_t done = (ssize_t)len;

		if (ops[i].kind == OP_READ)
			done = pread(e->direct.fd, engine_lane_buf(lane, ops[i].kind, i), len,
				     (off_t)off);
		else if (ops[i].kind == OP_WRITE)
			done = pwrite(e->direct.fd, engine_lane_buf(lane, ops[i].kind, i), len,
				      (off_t)off);
		else if (zero_range(&e->direct, off, len))
			return -1;
		if (done != (ssize_t)len) {
			errno = done < 0 ? errno : EIO;
			return -1;
		}
	}
	return 0;
}

const struct engine_ops engine_block = {
	.name = "block",
	.open = block_open,
	.close = block_close,
	.submit = block_submit,
};
