/* SPDX-License-Identifier: BSD-3-Clause */
/* mount.h -- the file system that is mounted from a device, by libmount. */
#ifndef BENCH_MOUNT_H
#define BENCH_MOUNT_H

#include <sys/types.h>

struct mount_facts {
	char *type;   /* "ext4" */
	char *folder; /* where it is mounted */
	char *dax; /* the value of its option dax: "always", "inode", "never"; NULL without the option */
};

/*
 * Finds the last mount of the device with this number: of a block device, or st_dev of a file. Leaves all members
 * NULL when nothing is mounted from it, or that is unknown. mount_free frees the strings.
 */
void mount_find(dev_t dev, struct mount_facts *facts);
void mount_free(struct mount_facts *facts);

#endif
