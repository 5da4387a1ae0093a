/* SPDX-License-Identifier: BSD-3-Clause */
/* sysfs.h -- reads one number from a file in /sys. */
#ifndef BTT_NS_SYSFS_H
#define BTT_NS_SYSFS_H

/* Decimal or 0x...; `otherwise` if the file is missing or holds no number. */
long long sysfs_read_number(const char *path, long long otherwise);

#endif
