/* SPDX-License-Identifier: BSD-3-Clause */
/* ns.c -- opens namespaces by path, and closes namespaces of every kind. */
#include "ns.h"

#include <errno.h>
#include <fcntl.h>
#include <libpmem.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <unistd.h>

#include "abi.h"
#include "errormsg.h"
#include "media/guard.h"
#include "ns_impl.h"

const char *
btt_ns_kind_name(enum btt_ns_kind kind)
{
	static const char *const names[] = {"dram", "file", "dax", "block"};

	return kind < sizeof(names) / sizeof(names[0]) ? names[kind] : "unknown";
}

#define OPEN_EXPLAINED (-2) /* errormsg says more than errno */

/* Opens the file, or creates it. O_NONBLOCK: a FIFO must not make it wait. */
static int
open_or_create(const char *path, enum btt_ns_mode mode, uint64_t create_size, int *created)
{
	int flags =
		(mode == BTT_NS_READ_ONLY ? O_RDONLY : O_RDWR) | O_CLOEXEC | O_NOCTTY | O_NONBLOCK;
	int fd = open(path, flags), err;

	*created = 0;
	err = errno;
	if (fd >= 0 || (err != ENOENT && err != ENXIO))
		return fd;
	if (ns_explain_missing_dax(path))
		return OPEN_EXPLAINED;
	errno = err;
	if (err != ENOENT || !create_size)
		return fd;
	fd = open(path, flags | O_CREAT | O_EXCL, 0666);
	if (fd >= 0 && ftruncate(fd, (off_t)create_size)) {
		err = errno;
		close(fd);
		unlink(path);
		errno = err;
		return -1;
	}
	*created = fd >= 0;
	return fd;
}

static int
lock(const struct btt_ns *ns, const char *path)
{
	int how = ns->facts.mode == BTT_NS_READ_ONLY ? LOCK_SH : LOCK_EX;

	if (!flock(ns->facts.fd, how | LOCK_NB))
		return 0;
	if (errno == EWOULDBLOCK)
		return errormsg_set(EBUSY, "%s: in use by another process", path);
	return errormsg_set_errno("%s: cannot lock it", path);
}

static int
map_by_type(struct btt_ns *ns, const char *path, uint64_t create_size)
{
	struct stat st;

	if (fstat(ns->facts.fd, &st))
		return errormsg_set_errno("%s", path);
	if (S_ISCHR(st.st_mode))
		return ns_map_dax(ns, path, &st);
	if (S_ISBLK(st.st_mode) && ns->facts.mode == BTT_NS_READ_ONLY)
		return ns_map_block(ns, path, &st);
	if (!S_ISREG(st.st_mode))
		return errormsg_set(EINVAL, "%s: neither a file nor a DAX device", path);
	if (create_size && (uint64_t)st.st_size != create_size)
		return errormsg_set(EEXIST, "%s: is %jd bytes long already (asked for: %ju)", path,
				    (intmax_t)st.st_size, (uintmax_t)create_size);
	return ns_map_file(ns, path, &st);
}

struct btt_ns *
btt_ns_open_path(const char *path, enum btt_ns_mode mode, uint64_t create_size, unsigned flags)
{
	struct btt_ns *ns = ns_new(BTT_NS_FILE, mode, flags);
	int err;

	if (!ns)
		return NULL;
	ns->facts.fd = open_or_create(path, mode, create_size, &ns->facts.created);
	if (ns->facts.fd == -1)
		errormsg_set_errno("%s", path);
	else if (ns->facts.fd >= 0 && !lock(ns, path) && !map_by_type(ns, path, create_size)) {
		ns_set_callbacks(ns);
		return ns;
	}
	err = errno;
	if (ns->facts.created)
		unlink(path);
	btt_ns_close(ns);
	errno = err;
	return NULL;
}

void
btt_ns_close(struct btt_ns *ns)
{
	if (ns->has_guard)
		guard_close(ns->flags);
	if (ns->facts.base && (ns->facts.fd < 0 || ns->facts.mode == BTT_NS_READ_ONLY))
		munmap(ns->facts.base, ns->facts.size);
	else if (ns->facts.base)
		pmem_unmap(ns->facts.base, ns->facts.size);
	if (ns->facts.fd >= 0)
		close(ns->facts.fd);
	free(ns);
}

const struct ns_callback *
btt_ns_callbacks(const struct btt_ns *ns)
{
	return &ns->callbacks;
}

void
btt_ns_get_facts(const struct btt_ns *ns, struct btt_ns_facts *facts, size_t size)
{
	abi_fill(facts, size, &ns->facts, sizeof(ns->facts));
}
