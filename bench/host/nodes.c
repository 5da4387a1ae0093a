/* SPDX-License-Identifier: BSD-3-Clause */
#include "nodes.h"

#include <dirent.h>
#include <limits.h>
#include <stdio.h>

#include "attribute.h"

#define NODE "/sys/devices/system/node/node%d/"

void
nodes_read_access(int target, struct device_node_list *list)
{
	char cpus[16], path[PATH_MAX];

	*list = (struct device_node_list){.count = 0};
	if (target < 0)
		return;
	if (!attribute_read(cpus, sizeof(cpus), NODE "cpulist", target))
		device_node_add(list, target);
	for (int class = 1; class >= 0 && !list->count; class --) {
		const struct dirent *entry;
		DIR *dir;
		int node;

		snprintf(path, sizeof(path), NODE "access%d/initiators", target, class);
		dir = opendir(path);
		while (dir && (entry = readdir(dir)))
			if (sscanf(entry->d_name, "node%d", &node) == 1)
				device_node_add(list, node);
		if (dir)
			closedir(dir);
	}
}
