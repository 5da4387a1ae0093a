/* SPDX-License-Identifier: BSD-3-Clause */
#include "mount.h"

#include <libmount/libmount.h>
#include <stdlib.h>
#include <string.h>

void
mount_find(dev_t dev, struct mount_facts *facts)
{
	struct libmnt_table *table = mnt_new_table_from_file("/proc/self/mountinfo");
	struct libmnt_fs *fs = table ? mnt_table_find_devno(table, dev, MNT_ITER_BACKWARD) : NULL;
	const char *type = fs ? mnt_fs_get_fstype(fs) : NULL;
	const char *folder = fs ? mnt_fs_get_target(fs) : NULL;
	char *dax = NULL;
	size_t len = 0;

	*facts = (struct mount_facts){0};
	if (type)
		facts->type = strdup(type);
	if (folder)
		facts->folder = strdup(folder);
	/* ext2 writes the option without a value */
	if (fs && !mnt_fs_get_option(fs, "dax", &dax, &len))
		facts->dax = len ? strndup(dax, len) : strdup("always");
	mnt_unref_table(table);
}

void
mount_free(struct mount_facts *facts)
{
	free(facts->type);
	free(facts->folder);
	free(facts->dax);
	*facts = (struct mount_facts){0};
}
