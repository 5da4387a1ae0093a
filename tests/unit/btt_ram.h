/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * btt_ram.h -- a test namespace: memory behind callbacks that count, log the stores, and can run code of a test
 * during a read.
 */
#ifndef TESTS_UNIT_BTT_RAM_H
#define TESTS_UNIT_BTT_RAM_H

#include <pthread.h>
#include <stdatomic.h>
#include <time.h>
#include <unistd.h>

#include "btt_support.h"

#define RAM_LOG_MAX 4096

struct ram_event {
	char kind; /* the first letter of Write, Zero, Store, Flush, Drain, or Y for sync */
	uint64_t off, len;
};

struct ram {
	uint8_t *bytes;
	uint64_t size;
	_Atomic uint64_t reads, writes, zeros, maps, syncs, stores, flushes, drains;
	void (*before_read)(struct ram *ram, unsigned lane, size_t count, uint64_t off);
	void (*before_drain)(struct ram *ram);
	uint64_t bad_off;       /* reads and writes of this byte fail; UINT64_MAX = none */
	uint64_t bad_write_off; /* writes of this byte fail */
	int bad_errno;
	unsigned bad_drain;  /* number of drains until one fails; 0 = none */
	uint64_t bad_call;   /* number of calls until one fails; 0 = none */
	unsigned bad_halves; /* 0, 1 or 2: halves of the failed store that reach media */
	int is_logging;
	unsigned nlog;
	struct ram_event log[RAM_LOG_MAX];
};

static inline struct ram *
ram_open(uint64_t size, int dirt)
{
	struct ram *ram = calloc(1, sizeof(*ram));

	assert_non_null(ram);
	ram->size = size;
	ram->bad_off = ram->bad_write_off = UINT64_MAX;
	ram->bad_errno = EIO;
	ram->bytes = aligned_alloc(4096, (size + 4095) / 4096 * 4096);
	assert_non_null(ram->bytes);
	memset(ram->bytes, dirt, size);
	return ram;
}

static inline void
ram_close(struct ram *ram)
{
	free(ram->bytes);
	free(ram);
}

static inline void
ram_log(struct ram *ram, char kind, uint64_t off, uint64_t len)
{
	if (!ram->is_logging)
		return;
	assert_true(ram->nlog < RAM_LOG_MAX);
	ram->log[ram->nlog++] = (struct ram_event){kind, off, len};
}

/* The library stays inside the namespace with any bytes on media. */
static inline int
ram_check(struct ram *ram, uint64_t off, uint64_t len)
{
	assert_true(len <= ram->size && off <= ram->size - len);
	if (ram->bad_off >= off && ram->bad_off - off < len) {
		errno = ram->bad_errno;
		return -1;
	}
	return 0;
}

/* Only one thread may use bad_call. */
static inline int
ram_is_bad_call(struct ram *ram)
{
	if (!ram->bad_call || --ram->bad_call)
		return 0;
	errno = ram->bad_errno;
	return 1;
}

static inline int
ram_read(void *ns, unsigned lane, void *buf, size_t count, uint64_t off)
{
	struct ram *ram = ns;
	uint32_t entry;

	atomic_fetch_add_explicit(&ram->reads, 1, memory_order_relaxed);
	if (ram_is_bad_call(ram))
		return -1;
	if (ram->before_read)
		ram->before_read(ram, lane, count, off);
	if (ram_check(ram, off, count))
		return -1;
	if (count != sizeof(entry) || off % sizeof(entry)) {
		memcpy(buf, ram->bytes + off, count);
	} else {
		/* a copy of four bytes is one load; the thread sanitizer needs an atomic */
		entry = atomic_load_explicit((_Atomic uint32_t *)(ram->bytes + off),
					     memory_order_acquire);
		memcpy(buf, &entry, sizeof(entry));
	}
	return 0;
}

/* An aligned write of 4 or 8 bytes is one store. The thread sanitizer needs an atomic. */
static inline void
ram_put(uint8_t *to, const void *buf, size_t count)
{
	uint32_t word4;
	uint64_t word8;

	if (count == sizeof(word4) && (uintptr_t)to % count == 0) {
		memcpy(&word4, buf, count);
		atomic_store_explicit((_Atomic uint32_t *)to, word4, memory_order_release);
	} else if (count == sizeof(word8) && (uintptr_t)to % count == 0) {
		memcpy(&word8, buf, count);
		atomic_store_explicit((_Atomic uint64_t *)to, word8, memory_order_release);
	} else {
		memcpy(to, buf, count);
	}
}

static inline int
ram_write(void *ns, unsigned lane, const void *buf, size_t count, uint64_t off)
{
	struct ram *ram = ns;
	unsigned halves = ram->bad_halves;

	(void)lane;
	atomic_fetch_add_explicit(&ram->writes, 1, memory_order_relaxed);
	ram_log(ram, 'W', off, count);
	if (ram_check(ram, off, count))
		return -1;
	if (ram->bad_write_off >= off && ram->bad_write_off - off < count) {
		errno = ram->bad_errno;
		return -1;
	}
	if (!ram_is_bad_call(ram)) {
		ram_put(ram->bytes + off, buf, count);
		return 0;
	}
	if (halves == 2)
		ram_put(ram->bytes + off, buf, count);
	else if (count > 8)
		memcpy(ram->bytes + off, buf, count / 2 * halves);
	return -1;
}

static inline int
ram_zero(void *ns, unsigned lane, size_t count, uint64_t off)
{
	struct ram *ram = ns;

	(void)lane;
	atomic_fetch_add_explicit(&ram->zeros, 1, memory_order_relaxed);
	ram_log(ram, 'Z', off, count);
	if (ram_check(ram, off, count))
		return -1;
	if (ram_is_bad_call(ram)) {
		memset(ram->bytes + off, 0, count / 2 * ram->bad_halves);
		return -1;
	}
	memset(ram->bytes + off, 0, count);
	return 0;
}

/* Without the optional members the library never maps. */
static inline ssize_t
ram_map_nothing(void *ns, unsigned lane, void **addrp, size_t len, uint64_t off)
{
	struct ram *ram = ns;

	(void)lane;
	(void)addrp;
	(void)len;
	(void)off;
	atomic_fetch_add_explicit(&ram->maps, 1, memory_order_relaxed);
	errno = ENOTSUP;
	return -1;
}

static inline void
ram_sync(void *ns, unsigned lane, void *addr, size_t len)
{
	struct ram *ram = ns;

	(void)lane;
	atomic_fetch_add_explicit(&ram->syncs, 1, memory_order_relaxed);
	ram_log(ram, 'Y', (uint64_t)((uint8_t *)addr - ram->bytes), len);
}

static inline ssize_t
ram_map_all(void *ns, unsigned lane, void **addrp, size_t len, uint64_t off)
{
	struct ram *ram = ns;

	(void)lane;
	if (ram_is_bad_call(ram))
		return -1;
	*addrp = ram->bytes + off;
	return (ssize_t)len;
}

static inline void
ram_store(void *ns, void *media, const void *src, size_t len)
{
	struct ram *ram = ns;

	atomic_fetch_add_explicit(&ram->stores, 1, memory_order_relaxed);
	ram_log(ram, 'S', (uint64_t)((uint8_t *)media - ram->bytes), len);
	memcpy(media, src, len);
}

static inline void
ram_store4(void *ns, void *media, uint32_t value)
{
	ram_store(ns, media, &value, sizeof(value));
}

static inline void
ram_store8(void *ns, void *media, uint64_t value)
{
	ram_store(ns, media, &value, sizeof(value));
}

static inline void
ram_flush(void *ns, const void *media, size_t len)
{
	struct ram *ram = ns;

	atomic_fetch_add_explicit(&ram->flushes, 1, memory_order_relaxed);
	ram_log(ram, 'F', (uint64_t)((const uint8_t *)media - ram->bytes), len);
}

static inline int
ram_drain(void *ns)
{
	struct ram *ram = ns;

	atomic_fetch_add_explicit(&ram->drains, 1, memory_order_relaxed);
	if (ram->before_drain)
		ram->before_drain(ram);
	ram_log(ram, 'D', 0, 0);
	if (ram_is_bad_call(ram))
		return -1;
	if (ram->bad_drain && --ram->bad_drain == 0) {
		errno = EIO;
		return -1;
	}
	return 0;
}

/* The members that programs for libpmemblk's btt layer set, by name. */
static const struct ns_callback ram_five = {
	.nsread = ram_read,
	.nswrite = ram_write,
	.nszero = ram_zero,
	.nsmap = ram_map_nothing,
	.nssync = ram_sync,
};

static const struct ns_callback ram_mapped = {
	.nsread = ram_read,
	.nswrite = ram_write,
	.nszero = ram_zero,
	.nsmap = ram_map_all,
	.nssync = ram_sync,
	.size = sizeof(struct ns_callback),
	.nsstore = ram_store,
	.nsstore4 = ram_store4,
	.nsstore8 = ram_store8,
	.nsflush = ram_flush,
	.nsdrain = ram_drain,
};

/* The same namespace as a struct media, for access to its bytes. */
static inline struct media
ram_media(struct ram *ram, const struct ns_callback *cb, uint64_t start)
{
	return (struct media){(struct btt_ns *)ram, cb, ram->bytes, ram->size, start};
}

static inline struct btt_counters
counters_of(const struct btt *btt, unsigned lane)
{
	struct btt_counters counters = {0};

	assert_int_equal(btt_get_counters(btt, lane, &counters, sizeof(counters)), 0);
	return counters;
}

/* Waits until the thread has used 50 ms of CPU time, which nothing but a wait for a reader takes, or has ended. */
static inline void
wait_until_spinning(pthread_t thread)
{
	struct timespec used = {0};
	clockid_t clock;

	if (pthread_getcpuclockid(thread, &clock))
		return;
	alarm(60);
	while (!clock_gettime(clock, &used) && !used.tv_sec && used.tv_nsec < 50000000)
		usleep(1000);
	alarm(0);
}

#endif
