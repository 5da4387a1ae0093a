/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * mapped.c -- the callbacks of a mapped namespace: stores and flushes of libpmem, or msync if
 * libpmem cannot flush from user space. A namespace that is mapped for reading has only the first
 * five callbacks, and those that write fail with EROFS.
 */
#include <errno.h>
#include <libpmem.h>
#include <stdatomic.h>
#include <string.h>
#include <unistd.h>

#include "errormsg.h"
#include "media/direct.h"
#include "media/guard.h"
#include "ns_impl.h"

static uint8_t *
at(const struct btt_ns *ns, uint64_t off)
{
	return (uint8_t *)ns->facts.base + off;
}

/* 0, or -1/EINVAL for a range that is not inside; no sum that could wrap */
static int
check_range(const struct btt_ns *ns, uint64_t off, uint64_t len)
{
	if (len <= ns->facts.size && off <= ns->facts.size - len)
		return 0;
	errno = EINVAL;
	return -1;
}

static int
check_write(const struct btt_ns *ns, uint64_t off, uint64_t len)
{
	if (ns->facts.mode == BTT_NS_READ_WRITE)
		return check_range(ns, off, len);
	errno = EROFS;
	return -1;
}

static int
error_bad_page(void)
{
	errno = EIO;
	return -1;
}

static int
mapped_read(void *ns, unsigned lane, void *buf, size_t count, uint64_t off)
{
	(void)lane;
	if (check_range(ns, off, count))
		return -1;
	return guard_copy(buf, at(ns, off), count) ? error_bad_page() : 0;
}

static GUARDED int
store_range(struct btt_ns *ns, const void *buf, size_t count, uint64_t off)
{
	struct guard guard;

	if (GUARD_BAD_PAGE(&guard, at(ns, off), at(ns, off) + count))
		return error_bad_page();
	ns->callbacks.nsstore(ns, at(ns, off), buf, count);
	guard_disarm();
	return 0;
}

/*
 * fails once an msync has failed: the data may not be durable, however often a later one succeeds
 */
static int
msync_drain(void *ns)
{
	struct btt_ns *n = ns;

	errno = atomic_load(&n->sync_failed);
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

/*
 * The next range in [off, end) where a file may hold data; *from == end: none. Holes and extents that
 * were never written read as zeros. Other kinds of namespaces cannot tell.
 */
static int
find_data(void *ns, uint64_t off, uint64_t end, uint64_t *from, uint64_t *to)
{
	const struct btt_ns *n = ns;
	off_t data, hole;

	*from = off;
	*to = end;
	if (n->facts.kind != BTT_NS_FILE)
		return 0;
	data = lseek(n->facts.fd, (off_t)off, SEEK_DATA);

	if (data < 0 && errno == ENXIO) /* a hole up to the end of the file */
		*from = end;
	if (data < (off_t)off)
		return 0;
	*from = (uint64_t)data < end ? (uint64_t)data : end;
	hole = lseek(n->facts.fd, data, SEEK_HOLE);
	if (hole > data && (uint64_t)hole < end)
		*to = (uint64_t)hole;
	return 0;
}

/* zeroes and makes durable; holes of a file stay holes: they read as zeros already */
static int
zero_durably(struct btt_ns *ns, uint64_t off, uint64_t len)
{
	uint64_t end = off + len, from, to;

	for (; off < end; off = to) {
		find_data(ns, off, end, &from, &to);
		if (from < end)
			zero_range(ns, from, to - from);
	}
	return msync_drain(ns);
}

static GUARDED int
zero_guarded(struct btt_ns *ns, size_t count, uint64_t off)
{
	struct guard guard;
	int err;

	if (GUARD_BAD_PAGE(&guard, at(ns, off), at(ns, off) + count))
		return error_bad_page();
	err = zero_durably(ns, off, count);
	guard_disarm();
	return err;
}

static int
mapped_write(void *ns, unsigned lane, const void *buf, size_t count, uint64_t off)
{
	const struct btt_ns *n = ns;

	(void)lane;
	if (check_write(ns, off, count) || store_range(ns, buf, count, off))
		return -1;
	return n->callbacks.nsdrain(ns);
}

static int
mapped_zero(void *ns, unsigned lane, size_t count, uint64_t off)
{
	(void)lane;
	return check_write(ns, off, count) ? -1 : zero_guarded(ns, count, off);
}

static ssize_t
mapped_map(void *ns, unsigned lane, void **addrp, size_t len, uint64_t off)
{
	(void)lane;
	if (check_write(ns, off, len))
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

static void
msync_flush(void *ns, const void *media, size_t len)
{
	struct btt_ns *n = ns;
	int none = 0;

	if (atomic_load_explicit(&n->sync_deferred, memory_order_relaxed))
		return;
	if (pmem_msync(media, len))
		atomic_compare_exchange_strong(&n->sync_failed, &none, errno);
}

static void
msync_store(void *ns, void *media, const void *src, size_t len)
{
	memcpy(media, src, len);
	msync_flush(ns, media, len);
}

static void
msync_store4(void *ns, void *media, uint32_t value)
{
	atomic_store_explicit((_Atomic uint32_t *)media, value, memory_order_release);
	msync_flush(ns, media, sizeof(value));
}

static void
msync_store8(void *ns, void *media, uint64_t value)
{
	atomic_store_explicit((_Atomic uint64_t *)media, value, memory_order_release);
	msync_flush(ns, media, sizeof(value));
}

static const struct ns_callback plain = {
	.nsread = mapped_read,
	.nswrite = mapped_write,
	.nszero = mapped_zero,
	.nsmap = mapped_map,
	.nssync = mapped_sync,
};

int
btt_ns_defer_sync(struct btt_ns *ns, int is_deferred)
{
	uint64_t piece = 64ull << 20;

	if (ns->facts.is_pmem || ns->facts.mode == BTT_NS_READ_ONLY)
		return 0;
	atomic_store(&ns->sync_deferred, is_deferred != 0);
	for (uint64_t off = 0; !is_deferred && off < ns->facts.size; off += piece) {
		uint64_t left = ns->facts.size - off;

		msync_flush(ns, at(ns, off), left < piece ? left : piece);
	}
	errno = atomic_load(&ns->sync_failed);
	return errno ? errormsg_set_errno("making the namespace durable") : 0;
}

void
ns_set_callbacks(struct btt_ns *ns)
{
	struct ns_callback *cb = &ns->callbacks;

	guard_open(ns->flags);
	ns->has_guard = 1;
	*cb = plain;
	if (ns->facts.mode == BTT_NS_READ_ONLY)
		return;
	cb->size = sizeof(*cb);
	cb->nsfind_data = find_data;
	if (ns->facts.is_pmem) {
		direct_set_callbacks(cb);
	} else {
		cb->nsstore = msync_store;
		cb->nsstore4 = msync_store4;
		cb->nsstore8 = msync_store8;
		cb->nsflush = msync_flush;
		cb->nsdrain = msync_drain;
	}
}
