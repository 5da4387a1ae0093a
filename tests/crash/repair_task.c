#include "task.h"
const struct task *
repair_task(unsigned number)
{
	(void)number;
	return NULL;
}
