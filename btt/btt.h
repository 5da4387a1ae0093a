/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * libbtt(3) -- blocks on persistent memory that are written whole or not at all
 *
 * A Block Translation Table (BTT) turns byte-addressable persistent memory into blocks. After a
 * power failure at any moment each block holds its old data or its new data, never a mixture. The
 * format on media is that of the UEFI specification (version 2.0), of the Linux kernel (1.1) and of
 * PMDK (1.1).
 *
 * A program opens a namespace (a file, a DAX device or plain memory, see btt_ns_open_path(3), or
 * memory behind its own functions, see ns_callback(3)), opens or formats a BTT in that namespace
 * (btt_open(3), btt_format(3), btt_init(3)), and reads and writes blocks (btt_read(3)). At the end
 * it closes first the BTT (btt_fini) and then the namespace (btt_ns_close).
 *
 * btt_init, btt_nlane, btt_nlba, btt_read, btt_write, btt_set_zero, btt_set_error, btt_check and
 * btt_fini have the names, arguments and meaning of the btt layer of libpmemblk. The other
 * functions are additions.
 *
 * Errors
 *
 * A function that fails returns -1 or NULL, sets errno and leaves one line of text for
 * btt_errormsg(3). The library never prints and never exits. It never formats anything that looks
 * like a damaged BTT, unless btt_format is told to replace it. An error of a function of struct
 * ns_callback reaches the caller with the errno of that function.
 *
 * Threads
 *
 * A lane is used by one thread at a time. Different lanes may be used at the same time. The
 * functions that need the whole BTT or the whole namespace for themselves say so; the caller must
 * not make any other call on it meanwhile.
 *
 * Structs that grow
 *
 * Later releases may add members at the end of a struct. A function that fills a struct takes the
 * size of the struct as the caller knows it: it fills at most that many bytes, and sets bytes that
 * it does not know to zero. A struct of options ends in reserved members, which must be zero.
 * Initialise such structs with {0} or with named members.
 *
 * SIGBUS
 *
 * The processor reports a bad page of persistent memory as SIGBUS. The library turns this signal
 * into EIO. For that it installs a handler for SIGBUS when a BTT or a namespace with a mapping
 * opens. The handler belongs to the whole process. A SIGBUS that is not an access of this library
 * goes to the handler that was installed before; without one, a SIGBUS that a process sent has its
 * default action. A bad page that the kernel only announces (BUS_MCEERR_AO) also goes to that
 * handler; without one it has no effect until an access to the page. When the last BTT or namespace that needs the
 * handler closes, the library restores the previous handler, but only if its own handler is still
 * in place. A program that installs a handler later should pass on signals that are not its own.
 *
 * The flag BTT_NO_SIGBUS, given when a BTT or a namespace is opened, declines the handler. A bad
 * page then raises SIGBUS in the program. A handler of the program may end the process, but must
 * not jump out of the library: locks may be held. While another BTT or namespace without the flag
 * is open, the handler works for all of them.
 *
 * Compiling
 *
 * cc $(pkg-config --cflags libbtt) program.c $(pkg-config --libs libbtt)
 *
 * Both #include <btt.h> and #include <btt/btt.h> work.
 */
#ifndef BTT_H
#define BTT_H

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#ifdef __cplusplus
extern "C" {
#endif

#define BTT_API __attribute__((visibility("default")))

/*
 * The release that this header belongs to; btt_version() names the release of the library in use.
 */
#define BTT_VERSION_MAJOR 0
#define BTT_VERSION_MINOR 1
#define BTT_VERSION_PATCH 0

/* A flag of options and of namespaces: install no handler for SIGBUS. */
#define BTT_NO_SIGBUS 1u

struct btt;

/*
 * ns_callback(3) -- the functions that reach a namespace
 *
 * The library reaches a namespace only through these functions. btt_ns_callbacks(3) returns the
 * functions of a namespace that this library has opened. A program may pass functions of its own.
 *
 * `ns` is the pointer that the program passed when it opened the BTT. `off` counts bytes from the
 * start of the namespace. `lane` is the number of the calling lane, 0 while a BTT is opened or
 * checked. Functions return 0 on success, or -1 with errno. Many threads may call them at the same
 * time. The struct must live until the BTT is closed.
 *
 * The first six members are those of libpmemblk. A namespace that has only them sets `size` to 0,
 * as an initialiser that stops at `ns_is_zeroed` does. A BTT then reads with nsread, stores with
 * nswrite and nszero alone, and takes commit order BTT_COMMIT_STRICT. It calls neither nsmap nor
 * nssync: they may fail or be NULL, and the memory behind the namespace may be protected against
 * stores outside nswrite and nszero.
 *
 * The members from nsstore to nsdrain are optional, all of them or none. They make the namespace
 * mapped: nsmap maps all of it as one piece at a multiple of 4096, and the library reads that memory
 * directly. It asks for stores, flushes and fences one by one. `size` must then be sizeof(struct
 * ns_callback). Later releases add members at the end, and use only members that lie within `size`;
 * NULL in such a member means that the namespace does not have it.
 */
struct ns_callback {
	/*
	 * Reads `count` bytes into `buf`. An aligned read of 4 bytes must be one load with acquire
	 * order.
	 */
	int (*nsread)(void *ns, unsigned lane, void *buf, size_t count, uint64_t off);
	/*
	 * Writes `count` bytes. They are durable on return. An aligned write of 4 or 8 bytes must be
	 * one store with release order: a power failure leaves all of the bytes or none of them.
	 */
	int (*nswrite)(void *ns, unsigned lane, const void *buf, size_t count, uint64_t off);
	/* Sets `count` bytes to zero. They are durable on return. */
	int (*nszero)(void *ns, unsigned lane, size_t count, uint64_t off);
	/*
	 * Sets *addrp to an address where byte `off` can be loaded and stored, and returns the
	 * number of bytes that are mapped there. Returns -1 with errno on failure. Used only with
	 * the optional members, for the whole namespace.
	 */
	ssize_t (*nsmap)(void *ns, unsigned lane, void **addrp, size_t len, uint64_t off);
	/* Not used: makes stores through such an address durable before it returns. */
	void (*nssync)(void *ns, unsigned lane, void *addr, size_t len);
	/* Not used. Formatting clears every byte that must be zero, see also nsfind_data. */
	int ns_is_zeroed;

	/* sizeof(struct ns_callback) if the members below are set; 0 = they are not */
	uint32_t size;
	/*
	 * Copies `len` bytes to `media`. They are visible and durable after the next nsdrain of
	 * this thread.
	 */
	void (*nsstore)(void *ns, void *media, const void *src, size_t len);
	/*
	 * The same for 4 and for 8 aligned bytes, in one store: a power failure leaves all of them
	 * or none.
	 */
	void (*nsstore4)(void *ns, void *media, uint32_t value);
	void (*nsstore8)(void *ns, void *media, uint64_t value);
	/*
	 * Visible stores of any thread to these bytes become durable at the next nsdrain of this
	 * thread.
	 */
	void (*nsflush)(void *ns, const void *media, size_t len);
	/*
	 * Waits until the stores and flushes of this thread are durable. -1 with errno: they may
	 * not be.
	 */
	int (*nsdrain)(void *ns);
	/*
	 * Finds the first range [*from, *to) inside [off, end) whose bytes may differ from zero;
	 * *from = end if all of them are known to be zero. It reads no data: it asks for the holes
	 * of a file, for example. btt_format leaves initial map entries where the data area is known
	 * to be zero. NULL: any byte may differ.
	 */
	int (*nsfind_data)(void *ns, uint64_t off, uint64_t end, uint64_t *from, uint64_t *to);
};

/*
 * btt_init(3) -- open a BTT with the interface of libpmemblk
 */

/*
 * Opens the BTT at byte 0 of a namespace of `rawsize` bytes. If none of the places for an info
 * block holds a signature, blocks read as zeros and the first write lays out a BTT (flavour pmdk,
 * 256 free blocks). `lbasize` is the size of a block in bytes, at least 1; a block takes at least 512
 * bytes of the namespace. 0 = as the layout says, which then must exist. `parent_uuid` must be that of the layout, unless that of the layout is null; NULL =
 * any. At most `maxlane` lanes are used; 0 = as many as the layout has.
 *
 * `ns` and `ns_cbp` must live until btt_fini. A namespace with a mapping takes the handler for
 * SIGBUS (libbtt(3)); use btt_open(3) to decline it.
 *
 * Returns a BTT to be closed with btt_fini, or NULL with errno:
 *
 *	EINVAL	The layout is damaged, or belongs to another parent; its blocks have another size;
 *		`rawsize` is too small.
 *	ENOMEM	Memory is short.
 *	any	A function of `ns_cbp` failed.
 *
 * The call needs the namespace for itself.
 */
BTT_API struct btt *btt_init(uint64_t rawsize, uint32_t lbasize, uint8_t parent_uuid[16],
			     unsigned maxlane, void *ns, const struct ns_callback *ns_cbp);

/*
 * Returns the number of lanes, at least 1. Lanes are numbered from 0. It never changes. Any thread.
 */
BTT_API unsigned btt_nlane(struct btt *btt);

/* Returns the number of blocks. It never changes. Any thread. */
BTT_API size_t btt_nlba(struct btt *btt);

/*
 * Closes the BTT and frees it. It cannot fail: map entries that cannot be made durable now are
 * still in the flog, and the next opening completes them. The namespace stays open. No other call
 * on the BTT may run or follow.
 */
BTT_API void btt_fini(struct btt *btt);

/*
 * btt_read(3) -- read and change blocks
 *
 * `lane` is below btt_nlane and `lba` is below btt_nlba. `buf` holds one block: btt_get_layout(3)
 * gives its size. Any number of threads may call these functions at the same time, each on a lane
 * of its own. A block that several threads use at once is read or written whole.
 *
 * The functions return 0, or -1 with errno:
 *
 *	EINVAL	`lane` or `lba` is out of range. Nothing is done.
 *	EIO	The block is marked bad, its map entry is out of range, or a page of it cannot be
 *		accessed.
 *	EROFS	The BTT is open for reading, or the arena of the block is damaged
 *		(btt_readonly_reason(3)).
 *	ENOMEM	The first write after btt_init found too little memory.
 *	any	A function of struct ns_callback failed.
 *
 * A write that fails leaves the block with its old data. After a failure in the middle of a commit
 * it is not known which data the block holds, and its arena turns read-only.
 */

#define BTT_BATCH_MAX 64 /* most blocks of a batch */

/*
 * Reads a block. A block that was set to zero reads as zeros, and so does every block of a new BTT. A
 * block whose map entry is still the initial one, as other programs lay it out, reads as the kernel
 * and the UEFI specification say: the data that the namespace holds there. In flavour pmdk it reads
 * as zeros, as in libpmemblk. btt_get_arena(3) tells which one applies.
 */
BTT_API int btt_read(struct btt *btt, unsigned lane, uint64_t lba, void *buf);

/* Writes a block. The data is durable on return. A mark of btt_set_error is cleared. */
BTT_API int btt_write(struct btt *btt, unsigned lane, uint64_t lba, const void *buf);

/*
 * Writes `n` blocks, 1 to BTT_BATCH_MAX, in less time than `n` calls of btt_write take: block lba[i] from buf[i] on
 * lane[i]. No lane occurs twice, and no other call uses these lanes meanwhile. The batch has the fences of one write:
 * two, or four with BTT_COMMIT_STRICT.
 *
 * Each block is written whole or not at all. The batch is not: after a power failure during the call any of its blocks
 * may be new. All blocks are durable on return. If an lba occurs several times, only its last block is written, and the
 * others share the result of that one.
 *
 * Returns 0 when all blocks are written. Otherwise it returns -1 with the errno and the message of the first block that
 * failed; the other blocks are written. error[i] becomes 0 or the errno of block i, as btt_write gives it. `error` may
 * be NULL. The four arrays belong together, so this function has more arguments than the others.
 *
 *	EINVAL	`n`, a lane or an lba is out of range, or a lane occurs twice. Nothing is done. Each error[i]
 *		becomes EINVAL, except when `n` is out of range.
 */
BTT_API int btt_write_batch(struct btt *btt, const unsigned lane[], const uint64_t lba[],
			    const void *const buf[], unsigned n, int error[]);

/*
 * Reads `n` blocks, block lba[i] to buf[i] on lane[i]. Each block is read as by btt_read; the blocks are not read at one
 * moment. Arguments, result and EINVAL are those of btt_write_batch.
 */
BTT_API int btt_read_batch(struct btt *btt, const unsigned lane[], const uint64_t lba[],
			   void *const buf[], unsigned n, int error[]);

/* Makes a block read as zeros, durable on return. Its data stays on media. */
BTT_API int btt_set_zero(struct btt *btt, unsigned lane, uint64_t lba);

/* Marks a block as bad, durable on return: reading it fails with EIO until it is written again. */
BTT_API int btt_set_error(struct btt *btt, unsigned lane, uint64_t lba);

/*
 * Gives the hint that a block is wanted soon: fetches its map entry into the cache, without
 * waiting. Any thread. An `lba` that is out of range is ignored.
 */
BTT_API void btt_prefetch(const struct btt *btt, uint64_t lba);

/*
 * btt_format(3) -- lay out a BTT
 */

#define BTT_NFREE_DEFAULT  256u
#define BTT_START_PROBE    UINT64_MAX /* look for the BTT at bytes 0, 4096 and 8192 */
#define BTT_START_POOL     8192u      /* of the BTT in a PMEMBLK pool */
#define BTT_ARENA_SIZE_MIN (16ull << 20)
#define BTT_ARENA_SIZE_MAX (512ull << 30)
#define BTT_ROTATE_MAX     16u

enum btt_flavour {
	BTT_FLAVOUR_UEFI,   /* version 2.0, starts at byte 0 */
	BTT_FLAVOUR_KERNEL, /* version 1.1, starts at byte 4096 */
	/*
	 * version 1.1, starts anywhere; flog entries have map flags, and initial map entries read
	 * as zeros
	 */
	BTT_FLAVOUR_PMDK,
};

enum btt_mode {
	BTT_READ_WRITE,
	BTT_READ_ONLY, /* the namespace is never changed */
};

enum btt_existing {
	BTT_KEEP_EXISTING,    /* EEXIST if the namespace holds a BTT, good or damaged */
	BTT_REPLACE_EXISTING, /* destroy it first */
};

struct btt_format_options {
	enum btt_flavour flavour;
	enum btt_existing existing;
	uint64_t start;      /* first byte of the BTT in the namespace, a multiple of 4096 */
	uint32_t lbasize;    /* 512, 520, 528, 4096, 4104, 4160, 4224; flavour pmdk: 1 and more */
	uint32_t nfree;      /* free blocks of an arena, and so lanes; 0 = BTT_NFREE_DEFAULT */
	const uint8_t *uuid; /* 16 bytes; NULL = a new random one */
	const uint8_t *parent_uuid; /* 16 bytes; NULL = the null uuid */
	uint32_t flags;             /* 0 or BTT_NO_SIGBUS */
	uint64_t reserved[4];       /* must be zero */
};

/*
 * Lays out a BTT in a namespace of `nssize` bytes. All blocks read as zeros then, to every reader of
 * the flavour, although the old data stays on media. For that, flavours uefi and kernel need a map
 * entry of 4 bytes stored for each block that may hold old data: the whole map, or less if the
 * namespace knows where it is zero (nsfind_data in ns_callback(3); files know their holes). The layout
 * is durable on return. A power failure leaves the old state, no BTT, or the whole new one; with
 * several arenas also a first arena without info block, which opening reports as damage.
 *
 * Nothing is kept open: `options`, `ns` and `ns_cbp` are used only during the call.
 *
 * Returns 0, or -1 with errno:
 *
 *	EINVAL	An option is out of range, or the namespace is too small. Nothing is changed.
 *	EEXIST	The namespace holds a BTT, or traces of one, and `existing` says to keep it. Nothing
 *		is changed.
 *	ENOMEM	There is no memory for a part of the map (1 MiB).
 *	any	A function of `ns_cbp` failed.
 *
 * The call needs the namespace for itself.
 */
BTT_API int btt_format(const struct btt_format_options *options, uint64_t nssize, void *ns,
		       const struct ns_callback *ns_cbp);

/*
 * btt_open(3) -- open a BTT that exists
 */

/* The places of the fences in a write. Either way the write is durable on return. */
enum btt_commit {
	/*
	 * Two fences, before and after the second half of the flog entry; the default. The map
	 * entry is made durable by the next write of the lane, by btt_fini, or after a power
	 * failure from the flog. A namespace without the optional members of struct ns_callback
	 * takes BTT_COMMIT_STRICT.
	 *
	 * If a process is killed with the power on, the last map entry of each lane may still be only in
	 * the caches; of a lane that rotates, one entry for each of its free blocks. btt_open for
	 * writing makes them durable. Other implementations do not: before one of them writes to the
	 * namespace, open it here once, or use BTT_COMMIT_STRICT.
	 */
	BTT_COMMIT_TWO_FENCE,
	BTT_COMMIT_STRICT, /* four: after data, each half of the flog entry, map entry */
};

struct btt_open_options {
	enum btt_mode mode;
	enum btt_commit commit;
	uint64_t start;   /* first byte of the BTT in the namespace, or BTT_START_PROBE */
	uint32_t lbasize; /* 0 = as the layout says; EINVAL if the layout has another size */
	/*
	 * 16 bytes; NULL = that of the pool if probing found a PMEMBLK pool, else that of the
	 * layout
	 */
	const uint8_t *parent_uuid;
	unsigned maxlane; /* use at most so many lanes; 0 = as many as the layout has */
	uint32_t flags;   /* 0 or BTT_NO_SIGBUS */
	/*
	 * Free blocks of each arena that a lane writes in turn, each with its own group of the flog: 1 to
	 * BTT_ROTATE_MAX, and at most the smallest nfree divided by the number of lanes; 0 = 1. A block
	 * that a write frees then rests for rotate - 1 writes of the lane. Readers may still copy it; a
	 * look at all other lanes before a write finds them, and serves up to `rotate` writes.
	 */
	uint64_t rotate;
	uint64_t reserved[3]; /* must be zero */
};

/*
 * Opens a BTT in a namespace of `nssize` bytes, and completes writes that a power failure
 * interrupted after their commit. For writing, it also restores a damaged first info block from its
 * backup. An arena that is damaged, or has two valid info blocks with different uuids, opens read-only
 * (btt_readonly_reason(3)).
 *
 * `ns` and `ns_cbp` must live until btt_fini; `options` is used only during the call.
 *
 * Returns a BTT to be closed with btt_fini, or NULL with errno:
 *
 *	ENOENT	Nothing in the namespace looks like a BTT.
 *	EINVAL	The info blocks are damaged or belong to another parent, an option is out of range
 *		(`rotate` also when the layout has too few free blocks for so many lanes),
 *		or the size of the blocks is not `lbasize`; the namespace is one of several files of
 *		a pool set. btt_errormsg names the field and its value.
 *	ENOMEM	Memory is short.
 *	any	A function of `ns_cbp` failed.
 *
 * The call needs the namespace for itself.
 */
BTT_API struct btt *btt_open(const struct btt_open_options *options, uint64_t nssize, void *ns,
			     const struct ns_callback *ns_cbp);

/*
 * Moves the records of a lane (its counters and its part of the flog of each arena) to new memory
 * that the calling thread touches first. With the default policy of the kernel that memory is on
 * the NUMA node of this thread. Map, read tracking and a log that does not exist yet stay where
 * they are. The thread that will use the lane calls it once it is pinned; another thread may call
 * it again later.
 *
 * Returns the address of that memory and sets *size to its bytes, so that the caller can ask the
 * kernel for the node. The memory belongs to the library and lives until the next call for this
 * lane or btt_fini. Returns NULL with errno, and changes nothing:
 *
 *	EINVAL	`lane` is out of range.
 *	ENOMEM	Memory is short.
 *
 * No other call may use the lane meanwhile, not even btt_get_counters.
 */
BTT_API const void *btt_adopt_lane(struct btt *btt, unsigned lane, size_t *size);

/*
 * btt_get_layout(3) -- facts about a BTT
 */

struct btt_layout {
	enum btt_flavour flavour;
	int laid_out;   /* 0: opened by btt_init and not written yet; the members show the plan */
	uint64_t start; /* first byte of the BTT in the namespace */
	uint64_t nlba;  /* blocks */
	uint64_t size_unused; /* bytes behind the last arena, too few for another arena */
	uint32_t lbasize;     /* bytes of a block */
	uint32_t nfree;       /* free blocks of an arena; the smallest number of all arenas */
	uint32_t narenas;
	uint32_t nlane;
	uint8_t parent_uuid[16];
	int tracking; /* 1: reads are tracked; 0: a single lane needs no tracking, and reads faster */
	uint32_t rotate; /* free blocks of an arena that each lane writes in turn */
};

/*
 * The info block of one arena as it is on media. Offsets count bytes from the start of the arena.
 */
struct btt_arena_info {
	uint64_t start; /* of the arena, from the start of the namespace */
	uint8_t uuid[16], parent_uuid[16];
	uint32_t flags; /* bit 0: error */
	uint32_t external_lbasize, external_nlba, internal_lbasize, internal_nlba, nfree, infosize;
	uint16_t major, minor;
	uint64_t nextoff, dataoff, mapoff, flogoff, infooff;
	uint32_t flog_second_slot; /* 1; 2 = written by a kernel before 4.15; 0 = mixed, damaged */
	const char *damage;        /* why it is read-only, NULL = sound; lives until btt_fini */
	/*
	 * A block with an initial map entry reads as: 1 = the data of the block of the same number
	 * (flavours uefi and kernel), 0 = zeros (flavour pmdk)
	 */
	int initial_is_data;
};

/* Counts over map and flog of one arena. */
struct btt_arena_usage {
	/*
	 * map entries; an initial one (no flag set) reads as initial_is_data of struct
	 * btt_arena_info says
	 */
	uint64_t initial, zero, error, normal, out_of_range;
	uint64_t unreadable; /* map entries on pages that cannot be read */
	uint64_t lanes_unused, lanes_used, lanes_damaged; /* groups of the flog */
};

/*
 * Work of one lane since the BTT was opened. A call that fails adds nothing to the first three members. A batch of writes
 * counts in the lane of its first block, with the blocks that were written; the sum over lanes is exact.
 */
struct btt_counters {
	uint64_t fences;        /* fences that the namespace was asked for */
	uint64_t lines_flushed; /* lines of 64 bytes written back, or stored past the cache */
	uint64_t bytes_stored;  /* to media: data, flog and map */
	uint64_t lock_waits;    /* map lines that another lane had locked */
	uint64_t reader_waits;  /* writes or batches that waited until a reader left a block */
	uint64_t read_retries;  /* reads that started again, since their block had moved */
	uint64_t
		idle_zeroes; /* btt_set_zero of blocks that read as zeros already: nothing stored */
	uint64_t zero_reads; /* reads that returned zeros without reading data */
	uint64_t
		scans; /* looks at the blocks that all other lanes read, before a write or a batch */
};

enum btt_found {
	BTT_FOUND_NOTHING, /* no signature */
	BTT_FOUND_LAYOUT,  /* a valid info block */
	BTT_FOUND_BACKUP,  /* only the backup info block is valid */
	BTT_FOUND_DAMAGE,  /* an info block that cannot be used, or two that differ */
	BTT_FOUND_TRACE,   /* only a damaged backup, which may belong to another start */
};

#define BTT_PLACES 3

/* The usual starts of a BTT. The first place that holds more than a trace is the one to open. */
struct btt_probe {
	struct {
		uint64_t start; /* 0, 4096, 8192 */
		enum btt_found found;
	} places[BTT_PLACES];
	int is_pool; /* 1: the namespace is a whole PMEMBLK pool, with its BTT at byte 8192 */
	uint8_t pool_uuid[16]; /* the parent uuid of that BTT */
	uint32_t pool_block_size;
	/* 1: it is one of several files of a PMEMBLK pool set; only libpmemblk can open the set */
	int is_pool_part;
	int has_log; /* 1: a log ends where it would with any start; it may outlive the info blocks */
};

/* Fills `layout`, `size` bytes. Any thread. */
BTT_API void btt_get_layout(const struct btt *btt, struct btt_layout *layout, size_t size);

/* Fills `info`, `size` bytes. -1 with EINVAL if there is no such arena. Any thread. */
BTT_API int btt_get_arena(const struct btt *btt, unsigned arena, struct btt_arena_info *info,
			  size_t size);

/*
 * Reads map and flog of an arena and fills `usage`, `size` bytes. Returns 0, or -1 with errno:
 * EINVAL if there is no such arena, or the errno of the namespace. The call needs the BTT for
 * itself.
 */
BTT_API int btt_get_usage(struct btt *btt, unsigned arena, struct btt_arena_usage *usage,
			  size_t size);

/*
 * Returns the first reason of all arenas why writes fail with EROFS, or NULL if they do not. The
 * text lives until btt_fini. Any thread.
 */
BTT_API const char *btt_readonly_reason(const struct btt *btt);

/*
 * Fills `counters`, `size` bytes. -1 with EINVAL if there is no such lane. Any thread, also while
 * the lane works, but not during btt_adopt_lane for this lane.
 */
BTT_API int btt_get_counters(const struct btt *btt, unsigned lane, struct btt_counters *counters,
			     size_t size);

/*
 * Stores where the data of a block lies now: *ns_off = the offset of its first byte in the namespace. A
 * block without written data (never written, set to zero, or marked bad) has a place too, which its next
 * write gives up. The answer is a snapshot: when another thread writes the block, its data moves. Any
 * thread; functions of struct ns_callback are called with lane 0.
 *
 * Returns 0 when written data lies there, 1 when it is the place of a block without, or -1 with errno:
 *
 *	EINVAL	`lba` is out of range.
 *	ENOENT	btt_init found no BTT, and nothing has been written yet.
 *	EIO	The map entry of the block is out of range or cannot be read.
 *	any	A function of struct ns_callback failed.
 */
BTT_API int btt_locate(const struct btt *btt, uint64_t lba, uint64_t *ns_off);

/*
 * Looks for a BTT in a namespace of `nssize` bytes and fills `probe`, `size` bytes. It reads
 * through nsread alone, changes nothing and installs no handler. Returns 0, or -1 with the errno of
 * the namespace. Any thread.
 */
BTT_API int btt_probe(uint64_t nssize, void *ns, const struct ns_callback *ns_cbp,
		      struct btt_probe *probe, size_t size);

/*
 * btt_check(3) -- check and repair a BTT
 *
 * A finding describes one fault. The library allocates it, so it may grow in later releases.
 */

#define BTT_NOT_SAID (-1)

enum btt_severity {
	BTT_WARNING, /* the layout is consistent nevertheless */
	BTT_ERROR,
};

struct btt_finding {
	enum btt_severity severity;
	unsigned arena;
	int64_t lane;      /* group of the flog, or BTT_NOT_SAID */
	int64_t premap;    /* block of the arena before the map, or BTT_NOT_SAID */
	int64_t postmap;   /* block of the data area of the arena, or BTT_NOT_SAID */
	const char *field; /* "info", "backup", "flags", "flog", "flog.seq", "map" and others */
	const char *text;  /* one line; lives during the call */
	int64_t lba;       /* number of block `premap` in the whole BTT, or BTT_NOT_SAID */
};

/*
 * Reads info blocks, flog and map of all arenas and checks that every block of the data area has
 * exactly one owner. Changes nothing. Returns 1 if the layout is consistent, 0 if not, -1 with
 * errno if the check failed:
 *
 *	ENOMEM	Memory is short.
 *	any	A function of struct ns_callback failed.
 *
 * It takes at most 32 MiB of memory, and as long as reading the map. The call needs the BTT for
 * itself.
 */
BTT_API int btt_check(struct btt *btt);

/* The same as btt_check. Calls `found` with `arg` for every finding, from the calling thread. */
BTT_API int btt_check_each(struct btt *btt,
			   void (*found)(void *arg, const struct btt_finding *finding), void *arg);

enum btt_repair_mode {
	BTT_REPAIR_CHANGE,
	BTT_REPAIR_DRY_RUN, /* changes nothing, and reports the steps that a repair would take */
};

/* Which info block of an arena to keep if both are valid and differ. */
enum btt_repair_use {
	/*
	 * the first one if only uuids differ; any other difference is an error of the repair
	 */
	BTT_USE_DEFAULT,
	BTT_USE_FIRST,
	BTT_USE_BACKUP,
};

struct btt_repair_options {
	enum btt_repair_mode mode;
	uint64_t start;             /* as in struct btt_open_options */
	const uint8_t *parent_uuid; /* as in struct btt_open_options */
	const uint64_t *keep;       /* lbas that keep their block if it has several owners */
	size_t nkeep;
	uint32_t flags; /* 0 or BTT_NO_SIGBUS */
	enum btt_repair_use use;
	uint64_t reserved[4]; /* must be zero */
};

enum btt_repair_outcome {
	BTT_REPAIRED,
	BTT_LEFT,
};

/*
 * Repairs every fault that has only one solution, and leaves the others. It completes the layout of a
 * PMEMBLK pool that was interrupted before any block was written, restores info blocks from their copy,
 * makes two that differ equal (see enum btt_repair_use), completes writes that were interrupted after their commit, converts flogs of
 * kernels before 4.15, clears dirty padding, gives two lanes that share a free block one block
 * each, and clears the error flag once everything else is consistent. If a block has several owners
 * and one of them is in `keep`, the others get a new block that is marked bad until it is written.
 * Data is never changed. The changes are ordered so that a power failure at any moment does no harm
 * and the repair can be run again.
 *
 * Calls `step` with `arg` for each step taken (BTT_REPAIRED) and for each fault that stays
 * (BTT_LEFT). `step` may be NULL.
 *
 * Returns 1 if the layout is consistent now, 0 if a fault is left, -1 with errno if the repair
 * failed:
 *
 *	EINVAL	`keep` names a block that does not exist, or two blocks with one place, or an option
 *		is out of range, or `use` names an info block that cannot be used. Nothing is
 *		changed, except what `use` asks for.
 *	any	An error of btt_open or of a function of `ns_cbp`.
 *
 * The call needs the namespace for itself.
 */
BTT_API int btt_repair(const struct btt_repair_options *options, uint64_t nssize, void *ns,
		       const struct ns_callback *ns_cbp,
		       void (*step)(void *arg, enum btt_repair_outcome outcome,
				    const struct btt_finding *at),
		       void *arg);

/*
 * btt_errormsg(3) -- texts of the library
 */

/*
 * Returns one line that describes the last failed call of the calling thread. Never NULL: "no
 * error" before the first failure. A successful call does not clear it. The text stays valid and
 * unchanged until the next failure in this thread, or until the thread ends.
 */
BTT_API const char *btt_errormsg(void);

/*
 * Returns "MAJOR.MINOR.PATCH" of the library in use. The text lives as long as the process. Any
 * thread.
 */
BTT_API const char *btt_version(void);

/*
 * Returns "uefi", "kernel", "pmdk", or "unknown". The text lives as long as the process. Any
 * thread.
 */
BTT_API const char *btt_flavour_name(enum btt_flavour flavour);

#ifdef __cplusplus
}
#endif
#endif
