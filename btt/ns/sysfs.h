/* SPDX-License-Identifier: BSD-3-Clause */
/* sysfs.h -- one number out of /sys. */
#ifndef BTT_NS_SYSFS_H
#define BTT_NS_SYSFS_H

/* decimal or 0x…; `otherwise` when the file is missing or holds no number */
long long sysfs_read_number(const char *path, long long otherwise);

#endif
