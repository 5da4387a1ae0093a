/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * content.c -- the order of the questions: a BTT, a PMDK pool, a signature of libblkid, remains of a BTT, any
 * data at all. The first answer counts.
 *
 * libblkid reads from a file descriptor. A DAX device can only be mapped, so its first and last MiB are copied to
 * a sparse memory file of the same size, and libblkid reads that.
 */
#include "content.h"

#include <blkid/blkid.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#define EDGE (1ull << 20) /* bytes at either end that are searched for data */
#define HEAD (4 * EDGE)   /* libblkid's signatures lie in these, or in the last EDGE */

/* the header of a PMDK pool, as far as it is needed */
struct pool_header {
	char signature[8];
	uint8_t version[16];
	uint8_t poolset_uuid[16], uuid[16], prev_part_uuid[16], next_part_uuid[16];
};

struct source {
	const struct target *target;
	int fd; /* -1: read through the mapping */
};

static int
read_fd(void *arg, unsigned lane, void *buf, size_t count, uint64_t off)
{
	const struct source *source = arg;
	ssize_t got = pread(source->fd, buf, count, (off_t)off);

	(void)lane;
	if (got == (ssize_t)count)
		return 0;
	errno = got < 0 ? errno : EIO;
	return -1;
}

static const struct ns_callback fd_callbacks = {.nsread = read_fd};

static int
read_at(const struct source *source, void *buf, size_t count, uint64_t off)
{
	struct btt_ns *ns = source->target->ns;

	return source->fd >= 0 ? read_fd((void *)source, 0, buf, count, off)
			       : btt_ns_callbacks(ns)->nsread(ns, 0, buf, count, off);
}

static int
probe_btt(const struct source *source, struct btt_probe *probe)
{
	const struct target *target = source->target;

	if (source->fd >= 0)
		return btt_probe(target->facts.size, (void *)source, &fd_callbacks, probe,
				 sizeof(*probe));
	return btt_probe(target->facts.size, target->ns, btt_ns_callbacks(target->ns), probe,
			 sizeof(*probe));
}

static int
set(struct content *content, enum content_kind kind, const char *name)
{
	content->kind = kind;
	snprintf(content->name, sizeof(content->name), "%s", name);
	return 0;
}

/* a pool, or one of the parts of a set */
static int
find_pool(const struct source *source, const struct btt_probe *probe, struct content *content)
{
	static const char *const signatures[] = {"PMEMBLK", "PMEMOBJ", "PMEMLOG", "PMEMSET"};
	struct pool_header header;
	char name[CONTENT_NAME_MAX];

	if (source->target->facts.size < sizeof(header))
		return 0;
	if (read_at(source, &header, sizeof(header), 0))
		return -1;
	for (size_t i = 0; i < sizeof(signatures) / sizeof(signatures[0]); i++) {
		if (memcmp(header.signature, signatures[i], sizeof(header.signature)) != 0)
			continue;
		if (memcmp(header.uuid, header.next_part_uuid, sizeof(header.uuid)) != 0) {
			snprintf(name, sizeof(name), "a part of a %s pool set", signatures[i]);
			return set(content, CONTENT_POOL, name);
		}
		content->has_btt = probe->places[2].found != BTT_FOUND_NOTHING;
		snprintf(name, sizeof(name), "a %s pool", signatures[i]);
		return set(content, i ? CONTENT_POOL : CONTENT_BLK_POOL, name);
	}
	if (!memcmp(&header, "PMEMPOOLSET", sizeof("PMEMPOOLSET") - 1))
		return set(content, CONTENT_POOL, "the description of a pool set");
	return 0;
}

static int
find_btt(const struct btt_probe *probe, struct content *content)
{
	for (int i = 0; i < BTT_PLACES; i++) {
		enum btt_found found = probe->places[i].found;

		if (found == BTT_FOUND_LAYOUT || found == BTT_FOUND_BACKUP)
			return set(content, CONTENT_BTT, "a BTT");
		if (found != BTT_FOUND_NOTHING)
			return set(content, CONTENT_BTT, "a damaged BTT");
	}
	return 0;
}

/* a file descriptor that libblkid can read, for the caller to close; or -1/errno */
static int
open_edges(const struct source *source)
{
	uint64_t size = source->target->facts.size;
	const uint64_t pieces[2][2] = {{0, size < HEAD ? size : HEAD},
				       {size > HEAD + EDGE ? size - EDGE : size, size}};
	uint8_t *buf = malloc(EDGE);
	int fd = memfd_create("bttbench-edges", MFD_CLOEXEC), err = 0;

	if (!buf || fd < 0 || ftruncate(fd, (off_t)size))
		err = errno;
	for (int i = 0; i < 2 && !err; i++) {
		for (uint64_t off = pieces[i][0]; off < pieces[i][1] && !err; off += EDGE) {
			uint64_t left = pieces[i][1] - off;
			size_t len = left < EDGE ? left : EDGE;

			if (read_at(source, buf, len, off) ||
			    pwrite(fd, buf, len, (off_t)off) != (ssize_t)len)
				err = errno;
		}
	}
	free(buf);
	if (err && fd >= 0)
		close(fd);
	errno = err;
	return err ? -1 : fd;
}

static int
find_signature(const struct source *source, struct content *content)
{
	int fd = source->fd >= 0 ? source->fd : open_edges(source), found = -1;
	blkid_probe probe = fd >= 0 ? blkid_new_probe() : NULL;
	const char *type, *usage;
	char name[CONTENT_NAME_MAX];

	if (!probe) {
		if (fd >= 0 && fd != source->fd)
			close(fd);
		return -1;
	}
	blkid_probe_enable_superblocks(probe, 1);
	blkid_probe_set_superblocks_flags(probe, BLKID_SUBLKS_TYPE | BLKID_SUBLKS_USAGE);
	blkid_probe_enable_partitions(probe, 1);
	errno = EIO;
	if (!blkid_probe_set_device(probe, fd, 0, 0))
		found = blkid_do_safeprobe(probe);
	if (found == 0 && !blkid_probe_lookup_value(probe, "TYPE", &type, NULL)) {
		if (blkid_probe_lookup_value(probe, "USAGE", &usage, NULL) ||
		    !strcmp(usage, "other"))
			usage = "signature";
		snprintf(name, sizeof(name), "%s %.30s %.30s",
			 strchr("aeiouAEIOU", type[0]) ? "an" : "a", type, usage);
		set(content, CONTENT_SIGNATURE, name);
	} else if (found == 0 && !blkid_probe_lookup_value(probe, "PTTYPE", &type, NULL)) {
		snprintf(name, sizeof(name), "a %.30s partition table", type);
		set(content, CONTENT_SIGNATURE, name);
	} else if (found == -2) {
		set(content, CONTENT_SIGNATURE, "signatures of several file systems");
	}
	blkid_free_probe(probe);
	if (fd != source->fd)
		close(fd);
	return found == -1 ? -1 : 0;
}

static int
find_data(const struct source *source, struct content *content)
{
	uint64_t size = source->target->facts.size, edge = size < EDGE ? size : EDGE;
	const uint64_t starts[2] = {0, size - edge};
	uint8_t *buf = malloc(edge);
	int err = buf ? 0 : -1;

	for (int i = 0; i < 2 && !err && content->kind == CONTENT_NONE; i++) {
		err = read_at(source, buf, edge, starts[i]);
		if (!err && (buf[0] || memcmp(buf, buf + 1, edge - 1) != 0))
			set(content, CONTENT_UNKNOWN, "data of an unknown kind");
	}
	free(buf);
	return err;
}

static int
find_all(const struct source *source, struct content *content)
{
	struct btt_probe probe;

	if (probe_btt(source, &probe) || find_pool(source, &probe, content))
		return -1;
	if (content->kind == CONTENT_NONE)
		find_btt(&probe, content);
	if (content->kind == CONTENT_NONE && find_signature(source, content))
		return -1;
	if (content->kind == CONTENT_NONE && probe.has_log)
		return set(content, CONTENT_BTT_REMAINS, "a BTT that has lost both info blocks");
	return content->kind == CONTENT_NONE ? find_data(source, content) : 0;
}

int
content_find(const struct target *target, struct content *content)
{
	struct source source = {.target = target, .fd = -1};
	char path[64];
	int err, saved;

	*content = (struct content){.kind = CONTENT_NONE};
	if (target->facts.kind == BTT_NS_DRAM || !target->facts.size)
		return 0;
	if (target->facts.kind != BTT_NS_DAX) { /* its own descriptor may have O_DIRECT */
		snprintf(path, sizeof(path), "/proc/self/fd/%d", target->facts.fd);
		source.fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
		if (source.fd < 0)
			return -1;
	}
	err = find_all(&source, content);
	saved = errno;
	if (source.fd >= 0)
		close(source.fd);
	errno = saved;
	return err;
}

struct content_hint
content_hint(const struct target *target)
{
	struct content_hint hint = {""};
	struct content content;

	if (content_find(target, &content))
		return hint;
	if (content.kind == CONTENT_NONE)
		snprintf(hint.text, sizeof(hint.text), " (lay one out with 'bttbench format')");
	else if (content.kind == CONTENT_BLK_POOL && !content.has_btt)
		snprintf(hint.text, sizeof(hint.text),
			 ": it is a PMEMBLK pool whose BTT libpmemblk lays out at the first write "
			 "(engine=pmemblk writes to it)");
	else if (content.kind != CONTENT_BTT)
		snprintf(hint.text, sizeof(hint.text), ": it holds %s", content.name);
	return hint;
}
