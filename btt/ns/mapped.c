/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * mapped.c -- the callbacks of a mapped namespace: libpmem's stores and flushes, or msync where
 * libpmem can't flush from user space. A namespace mapped for reading has the five plain ones
 * alone, and those that write refuse.
 */
#include <errno.h>
#include <libpmem.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#if defined(__x86_64__)
#include <emmintrin.h>
#endif

#include "media/guard.h"
#include "ns_impl.h"

static uint8_t *
at(const struct btt_ns *ns, uint64_t off)
{
	return (uint8_t *)ns->facts.base + off;
}

/* 0, or -1/EINVAL for what is not inside; nothing wraps */
static int
judge_range(const struct btt_ns *ns, uint64_t off, uint64_t len)
{
	if (len <= ns->facts.size && off <= ns->facts.size - len)
		return 0;
	errno = EINVAL;
	return -1;
}

static int
judge_write(const struct btt_ns *ns, uint64_t off, uint64_t len)
{
	if (ns->facts.mode == BTT_NS_READ_WRITE)
		return judge_range(ns, off, len);
	errno = EROFS;
	return -1;
}

static int
bad_page(void)
{
	errno = EIO;
	return -1;
}

static int
mapped_read(void *ns, unsigned lane, void *buf, size_t count, uint64_t off)
{
	(void)lane;
	if (judge_range(ns, off, count))
		return -1;
	return guard_copy(buf, at(ns, off), count) ? bad_page() : 0;
}

static GUARDED int
store_range(struct btt_ns *ns, const void *buf, size_t count, uint64_t off)
{
	struct guard guard;

	if (GUARD_BAD_PAGE(&guard, at(ns, off), at(ns, off) + count))
		return bad_page();
	ns->callbacks.nsstore(ns, at(ns, off), buf, count);
	guard_disarm();
	return 0;
}

/* 0, or -1 with the errno of the first msync that failed */
static int
sync_error(struct btt_ns *ns)
{
	errno = atomic_load(&ns->sync_failed);
	return errno ? -1 : 0;
}

static void
zero_range(struct btt_ns *ns, uint64_t off, uint64_t len)
{
	void *addr = (uint8_t *)ns->facts.base + off;

	if (ns->facts.is_pmem) {
		pmem_memset_persist(addr, 0, len);
	} else {
		memset(addr, 0, len);
		ns->callbacks.nsflush(ns, addr, len);
	}
}

/* the next bytes from `off` on, below `end`, that a file may hold data in; [end, end) = none */
static void
find_data(const struct btt_ns *ns, uint64_t off, uint64_t end, uint64_t *from, uint64_t *to)
{
	off_t data = lseek(ns->fd, (off_t)off, SEEK_DATA), hole;

	*from = data < 0 && errno == ENXIO ? end
					   : off; /* ENXIO: a hole up to the end of the file */
	*to = end;
	if (data < (off_t)off)
		return;
	*from = (uint64_t)data < end ? (uint64_t)data : end;
	hole = lseek(ns->fd, data, SEEK_HOLE);
	if (hole > data && (uint64_t)hole < end)
		*to = (uint64_t)hole;
}

/* zeroes and makes durable; holes of a file stay holes: they read as zeros already */
static int
zero_durably(struct btt_ns *ns, uint64_t off, uint64_t len)
{
	uint64_t end = off + len, from, to;

	if (ns->facts.kind != BTT_NS_FILE) {
		zero_range(ns, off, len);
		return sync_error(ns);
	}
	for (; off < end; off = to) {
		find_data(ns, off, end, &from, &to);
		if (from < end)
			zero_range(ns, from, to - from);
	}
	return sync_error(ns);
}

static GUARDED int
zero_guarded(struct btt_ns *ns, size_t count, uint64_t off)
{
	struct guard guard;
	int err;

	if (GUARD_BAD_PAGE(&guard, at(ns, off), at(ns, off) + count))
		return bad_page();
	err = zero_durably(ns, off, count);
	guard_disarm();
	return err;
}

static int
mapped_write(void *ns, unsigned lane, const void *buf, size_t count, uint64_t off)
{
	const struct btt_ns *n = ns;

	(void)lane;
	if (judge_write(ns, off, count) || store_range(ns, buf, count, off))
		return -1;
	return n->callbacks.nsdrain(ns);
}

static int
mapped_zero(void *ns, unsigned lane, size_t count, uint64_t off)
{
	(void)lane;
	return judge_write(ns, off, count) ? -1 : zero_guarded(ns, count, off);
}

static ssize_t
mapped_map(void *ns, unsigned lane, void **addrp, size_t len, uint64_t off)
{
	(void)lane;
	if (judge_write(ns, off, len))
		return -1;
	*addrp = at(ns, off);
	return (ssize_t)len;
}

static void
mapped_sync(void *ns, unsigned lane, void *addr, size_t len)
{
	const struct btt_ns *n = ns;

	(void)lane;
	n->callbacks.nsflush(ns, addr, len);
	n->callbacks.nsdrain(ns);
}

/* an aligned 4 or 8 bytes as one store, then flushed as libpmem thinks best */
static void
store_flushed(void *ns, void *media, const void *src, size_t len)
{
	uint64_t eight;
	uint32_t four;

	(void)ns;
	switch (len) {
	case 4:
		memcpy(&four, src, sizeof(four));
		atomic_store_explicit((_Atomic uint32_t *)media, four, memory_order_release);
		pmem_flush(media, len);
		break;
	case 8:
		memcpy(&eight, src, sizeof(eight));
		atomic_store_explicit((_Atomic uint64_t *)media, eight, memory_order_release);
		pmem_flush(media, len);
		break;
	default:
		pmem_memcpy_nodrain(media, src, len);
	}
}

#if defined(__x86_64__)
/*
 * The same past the cache, which needs no flush. Flog and map stores are each followed by a fence,
 * and there a store, its write-back and the fence take about 1.4 times as long.
 */
static void
store_streamed(void *ns, void *media, const void *src, size_t len)
{
	long long eight;
	int four;

	(void)ns;
	switch (len) {
	case 4:
		memcpy(&four, src, sizeof(four));
		_mm_stream_si32(media, four);
		break;
	case 8:
		memcpy(&eight, src, sizeof(eight));
		_mm_stream_si64(media, eight);
		break;
	default:
		pmem_memcpy_nodrain(media, src, len);
	}
}
#else
#define store_streamed store_flushed
#endif

/* libpmem's own switch, and caches that the power supply covers, speak for plain stores */
static int
is_streaming_wise(void)
{
	const char *no = getenv("PMEM_NO_MOVNT");

	return pmem_has_auto_flush() != 1 && !(no && !strcmp(no, "1"));
}

static void
pmem_flush_range(void *ns, const void *media, size_t len)
{
	(void)ns;
	pmem_flush(media, len);
}

static int
pmem_drain_all(void *ns)
{
	(void)ns;
	pmem_drain();
	return 0;
}

static void
msync_flush(void *ns, const void *media, size_t len)
{
	struct btt_ns *n = ns;
	int none = 0;

	if (pmem_msync(media, len))
		atomic_compare_exchange_strong(&n->sync_failed, &none, errno);
}

static void
msync_store(void *ns, void *media, const void *src, size_t len)
{
	if (len == 4 || len == 8)
		store_flushed(ns, media, src, len);
	else
		memcpy(media, src, len);
	msync_flush(ns, media, len);
}

static int
msync_drain(void *ns)
{
	return sync_error(ns);
}

static const struct ns_callback plain = {
	.nsread = mapped_read,
	.nswrite = mapped_write,
	.nszero = mapped_zero,
	.nsmap = mapped_map,
	.nssync = mapped_sync,
};

void
ns_set_callbacks(struct btt_ns *ns)
{
	guard_install();
	ns->callbacks = plain;
	if (ns->facts.mode == BTT_NS_READ_ONLY)
		return;
	if (ns->facts.is_pmem) {
		ns->callbacks.nsstore = is_streaming_wise() ? store_streamed : store_flushed;
		ns->callbacks.nsflush = pmem_flush_range;
		ns->callbacks.nsdrain = pmem_drain_all;
	} else {
		ns->callbacks.nsstore = msync_store;
		ns->callbacks.nsflush = msync_flush;
		ns->callbacks.nsdrain = msync_drain;
	}
}
