/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * content.c -- finds data on a target that an engine would overwrite.
 *
 * A BTT or a PMEMBLK pool is found on every target. On files and block devices libblkid, which
 * mkfs and wipefs use too, also finds file systems, RAID members, swap and partition tables.
 */
#include <blkid/blkid.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

#include "target.h"

static int
read_all(void *fd, unsigned lane, void *buf, size_t count, uint64_t off)
{
	ssize_t got = pread(*(int *)fd, buf, count, (off_t)off);

	(void)lane;
	if (got == (ssize_t)count)
		return 0;
	errno = got < 0 ? errno : EIO;
	return -1;
}

/* Returns 1, 0 or -1 like target_find_content. Without a mapping it reads through `fd`. */
static int
find_btt(const struct target *target, int fd)
{
	const struct ns_callback reads = {.nsread = read_all};
	struct btt_probe probe;
	int err = target->ns ? btt_probe(target->facts.size, target->ns,
					 btt_ns_callbacks(target->ns), &probe, sizeof(probe))
			     : btt_probe(target->facts.size, &fd, &reads, &probe, sizeof(probe));

	if (err)
		return -1;
	for (int i = 0; i < BTT_PLACES; i++)
		if (probe.places[i].found != BTT_FOUND_NOTHING)
			return 1;
	return probe.is_pool;
}

static int
find_signature(int fd, char *text, size_t size)
{
	blkid_probe probe = blkid_new_probe();
	const char *type, *usage;
	int found = -1;

	errno = ENOMEM;
	if (!probe)
		return -1;
	blkid_probe_enable_superblocks(probe, 1);
	blkid_probe_set_superblocks_flags(probe, BLKID_SUBLKS_TYPE | BLKID_SUBLKS_USAGE);
	blkid_probe_enable_partitions(probe, 1);
	errno = EIO;
	if (!blkid_probe_set_device(probe, fd, 0, 0))
		found = blkid_do_safeprobe(probe);
	if (found == 0 && !blkid_probe_lookup_value(probe, "TYPE", &type, NULL)) {
		if (blkid_probe_lookup_value(probe, "USAGE", &usage, NULL))
			usage = "data";
		snprintf(text, size, "the %s %s", type, usage);
	} else if (found == 0 && !blkid_probe_lookup_value(probe, "PTTYPE", &type, NULL)) {
		snprintf(text, size, "the %s partition table", type);
	} else if (found == -2) {
		snprintf(text, size, "the signatures of several file systems");
	}
	blkid_free_probe(probe);
	return found == -1 ? -1 : found != 1;
}

int
target_find_content(const struct target *target, char *text, size_t size)
{
	char path[64];
	int fd = -1, found, saved;

	if (target->facts.kind == BTT_NS_FILE) {
		snprintf(path, sizeof(path), "/proc/self/fd/%d", target->facts.fd);
		fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
		if (fd < 0)
			return -1;
	}
	found = find_btt(target, fd);
	if (found > 0)
		snprintf(text, size, "the BTT");
	if (!found && fd >= 0)
		found = find_signature(fd, text, size);
	saved = errno;
	if (fd >= 0)
		close(fd);
	errno = saved;
	return found;
}
