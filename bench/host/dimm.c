/* SPDX-License-Identifier: BSD-3-Clause */
/* dimm.c -- one NVDIMM: SMART data by a command to the module, all else from /sys. */
#include "dimm.h"

#include <limits.h>
#include <ndctl/libndctl.h>
#include <stdio.h>

static enum device_health
worst_health(unsigned bits)
{
	if (bits & ND_SMART_FATAL_HEALTH)
		return HEALTH_FATAL;
	if (bits & ND_SMART_CRITICAL_HEALTH)
		return HEALTH_CRITICAL;
	return bits & ND_SMART_NON_CRITICAL_HEALTH ? HEALTH_NON_CRITICAL : HEALTH_OK;
}

static void
read_smart(struct ndctl_dimm *from, struct device_dimm *dimm)
{
	struct ndctl_cmd *smart = ndctl_dimm_cmd_new_smart(from);
	unsigned valid;

	if (!smart)
		return;
	valid = ndctl_cmd_submit_xlat(smart) < 0 ? 0 : ndctl_cmd_smart_get_flags(smart);
	if (valid & ND_SMART_HEALTH_VALID)
		dimm->health = worst_health(ndctl_cmd_smart_get_health(smart));
	if (valid & ND_SMART_SPARES_VALID)
		dimm->spares_percent = (int)ndctl_cmd_smart_get_spares(smart);
	if (valid & ND_SMART_USED_VALID)
		dimm->life_used_percent = (int)ndctl_cmd_smart_get_life_used(smart);
	if (valid & ND_SMART_MTEMP_VALID)
		dimm->temperature_c = ndctl_decode_smart_temperature(
			ndctl_cmd_smart_get_media_temperature(smart));
	if (valid & ND_SMART_SHUTDOWN_VALID)
		dimm->last_shutdown_clean = ndctl_cmd_smart_get_shutdown_state(smart) == 0;
	ndctl_cmd_unref(smart);
}

/* Only ACPI and PAPR report flags; on other buses libndctl returns 0 for an unknown flag. */
static void
read_flags(struct ndctl_dimm *from, struct device_dimm *dimm)
{
	struct ndctl_bus *bus = ndctl_dimm_get_bus(from);
	int known = ndctl_bus_has_nfit(bus) || ndctl_bus_is_papr_scm(bus);
	const int flags[DEVICE_FLAGS] = {
		[DEVICE_NOT_ARMED] = ndctl_dimm_failed_arm(from),
		[DEVICE_SAVE_FAILED] = ndctl_dimm_failed_save(from),
		[DEVICE_RESTORE_FAILED] = ndctl_dimm_failed_restore(from),
		[DEVICE_FLUSH_FAILED] = ndctl_dimm_failed_flush(from),
		[DEVICE_MAP_FAILED] = ndctl_dimm_failed_map(from),
		[DEVICE_SMART_EVENT] = ndctl_dimm_smart_pending(from),
	};

	for (int i = 0; i < DEVICE_FLAGS; i++)
		dimm->flags[i] = known ? flags[i] : -1;
}

void
dimm_read(struct ndctl_dimm *from, struct device_dimm *dimm)
{
	long long dirty = ndctl_dimm_get_dirty_shutdown(from);
	unsigned serial = ndctl_dimm_get_serial(from);

	*dimm = device_dimm_unknown;
	dimm->dirty_shutdowns = dirty < 0 ? -1 : dirty;
	snprintf(dimm->name, sizeof(dimm->name), "%s", ndctl_dimm_get_devname(from));
	if (serial != UINT_MAX)
		snprintf(dimm->serial, sizeof(dimm->serial), "0x%x", serial);
	read_flags(from, dimm);
	read_smart(from, dimm);
}
