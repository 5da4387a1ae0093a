/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * btt_ns_open_path(3) -- namespaces: memory that can hold a BTT
 *
 * A namespace is a file, a DAX device or plain memory, mapped as one piece. A block device, such as
 * /dev/pmem0, can be a namespace for reading. libpmem maps it and
 * decides how stores become durable. A namespace that is opened by path is locked against other
 * processes until it is closed, with the same lock as libpmemblk takes (flock): exclusive for
 * writing, shared for reading.
 *
 * Pass the struct btt_ns itself as `ns`, and btt_ns_callbacks of it as `ns_cbp`, to btt_init(3),
 * btt_open(3), btt_format(3), btt_repair(3) and btt_probe(3). `flags` is 0 or BTT_NO_SIGBUS, see
 * libbtt(3).
 */
#ifndef BTT_NS_H
#define BTT_NS_H

#include "btt.h"

#ifdef __cplusplus
extern "C" {
#endif

struct btt_ns;

enum btt_ns_kind {
	BTT_NS_DRAM,  /* plain memory, lost when it is closed */
	BTT_NS_FILE,  /* a file: fsdax, tmpfs or any other file system */
	BTT_NS_DAX,   /* a DAX device */
	BTT_NS_BLOCK, /* a block device, open for reading */
};

enum btt_ns_mode {
	BTT_NS_READ_WRITE,
	BTT_NS_READ_ONLY,
};

#define BTT_NS_NODE_UNKNOWN (-1)

struct btt_ns_facts {
	enum btt_ns_kind kind;
	enum btt_ns_mode mode;
	uint64_t size; /* bytes */
	void *base;    /* address of the mapping, a multiple of the page size */
	int is_pmem;   /* 1: flushed from user space; 0: flushed by msync, which is slow */
	int node;      /* NUMA node of the device, or BTT_NS_NODE_UNKNOWN */
	int created;   /* 1: btt_ns_open_path created the file */
	int fd;        /* the open, locked file; not for the caller to close; -1 without */
};

/*
 * Opens a file or a DAX device such as /dev/dax0.0; for reading also a block device. If `create_size` is not 0, a file that does not
 * exist is created with so many bytes (sparse), and a file that exists must have that size.
 *
 * Returns a namespace to be closed with btt_ns_close, or NULL with errno:
 *
 *	EBUSY	Another process uses the namespace, or the DAX device is in system-ram mode.
 *	EEXIST	The file exists with another size than `create_size`.
 *	EINVAL	The path is empty, or neither a file nor a DAX device, or a block device to be opened
 *		for writing; `mode` or `flags` is out of range.
 *	ENODEV	The DAX device is not enabled.
 *	ENOMEM	Memory is short.
 *	any	open, flock, ftruncate or mmap failed.
 *
 * Any thread.
 */
BTT_API struct btt_ns *btt_ns_open_path(const char *path, enum btt_ns_mode mode,
					uint64_t create_size, unsigned flags);

/*
 * Opens plain memory of `size` bytes that all are zero, in huge pages if the system has them. Its
 * contents are lost when it is closed. It lets a program try a BTT without persistent memory.
 *
 * Returns a namespace to be closed with btt_ns_close, or NULL with errno: EINVAL if `size` is 0 or
 * `flags` is out of range, ENOMEM if the machine has less memory. Limits of control groups are not
 * checked. Any thread.
 */
BTT_API struct btt_ns *btt_ns_open_dram(uint64_t size, unsigned flags);

/*
 * Unmaps the namespace, gives up its lock and frees it. Every BTT in it must be closed before. No
 * other call may use the namespace meanwhile or later.
 */
BTT_API void btt_ns_close(struct btt_ns *ns);

/* Returns the functions that reach the namespace. They live until btt_ns_close. Any thread. */
BTT_API const struct ns_callback *btt_ns_callbacks(const struct btt_ns *ns);

/* Fills `facts`, `size` bytes. They do not change while the namespace is open. Any thread. */
BTT_API void btt_ns_get_facts(const struct btt_ns *ns, struct btt_ns_facts *facts, size_t size);

/*
 * For a namespace that only msync makes durable (is_pmem 0). is_deferred 1: stores return before they are durable,
 * so that many of them cost little, and a power cut may leave a BTT in it damaged. 0: makes everything durable that
 * was stored, in large pieces, and every later store before it returns. Elsewhere it does nothing. Call it while no
 * other thread stores. 0, or -1/errno of msync.
 */
BTT_API int btt_ns_defer_sync(struct btt_ns *ns, int is_deferred);

/*
 * Returns the NUMA node of a block device, given by its number, or of the disk that it is a partition of;
 * BTT_NS_NODE_UNKNOWN if the kernel does not know it. Any thread.
 */
BTT_API int btt_ns_device_node(uint32_t major, uint32_t minor);

/*
 * Returns "dram", "file", "dax", "block", or "unknown". The text lives as long as the process. Any
 * thread.
 */
BTT_API const char *btt_ns_kind_name(enum btt_ns_kind kind);

#ifdef __cplusplus
}
#endif
#endif
