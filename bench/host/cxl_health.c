/* SPDX-License-Identifier: BSD-3-Clause */
/* cxl_health.c -- the health information of a CXL memory device, with libcxl. */
#include "cxl.h"

#ifdef HAVE_LIBCXL

#include <cxl/libcxl.h>
#include <stdint.h>
#include <string.h>
#include <syslog.h>

/*
 * Data that is lost is fatal; data that will be lost, and a value beyond the limit of the device, is critical. An alert
 * that the device rates as a warning is non-critical.
 */
static enum device_health
rate(struct cxl_cmd *info)
{
	if (cxl_cmd_health_info_get_media_not_ready(info) > 0 ||
	    cxl_cmd_health_info_get_media_persistence_lost(info) > 0 ||
	    cxl_cmd_health_info_get_media_data_lost(info) > 0)
		return HEALTH_FATAL;
	if (cxl_cmd_health_info_get_hw_replacement_needed(info) > 0 ||
	    cxl_cmd_health_info_get_media_powerloss_persistence_loss(info) > 0 ||
	    cxl_cmd_health_info_get_media_shutdown_persistence_loss(info) > 0 ||
	    cxl_cmd_health_info_get_media_persistence_loss_imminent(info) > 0 ||
	    cxl_cmd_health_info_get_media_powerloss_data_loss(info) > 0 ||
	    cxl_cmd_health_info_get_media_shutdown_data_loss(info) > 0 ||
	    cxl_cmd_health_info_get_media_data_loss_imminent(info) > 0 ||
	    cxl_cmd_health_info_get_ext_life_used_critical(info) > 0 ||
	    cxl_cmd_health_info_get_ext_temperature_critical(info) > 0)
		return HEALTH_CRITICAL;
	if (cxl_cmd_health_info_get_maintenance_needed(info) > 0 ||
	    cxl_cmd_health_info_get_performance_degraded(info) > 0 ||
	    cxl_cmd_health_info_get_ext_life_used_warning(info) > 0 ||
	    cxl_cmd_health_info_get_ext_temperature_warning(info) > 0 ||
	    cxl_cmd_health_info_get_ext_corrected_persistent_warning(info) > 0)
		return HEALTH_NON_CRITICAL;
	return cxl_cmd_health_info_get_media_normal(info) > 0 ? HEALTH_OK : HEALTH_UNKNOWN;
}

/* 1 when a loss of power now would lose data or writes */
static int
is_unarmed(struct cxl_cmd *info)
{
	return cxl_cmd_health_info_get_media_persistence_lost(info) > 0 ||
	       cxl_cmd_health_info_get_media_powerloss_persistence_loss(info) > 0 ||
	       cxl_cmd_health_info_get_media_shutdown_persistence_loss(info) > 0 ||
	       cxl_cmd_health_info_get_media_powerloss_data_loss(info) > 0 ||
	       cxl_cmd_health_info_get_media_shutdown_data_loss(info) > 0;
}

static void
take_info(struct cxl_cmd *info, struct device_dimm *dimm)
{
	int temperature = cxl_cmd_health_info_get_temperature(info);
	int dirty = cxl_cmd_health_info_get_dirty_shutdowns(info);
	int errors = cxl_cmd_health_info_get_pmem_errors(info);
	int used = cxl_cmd_health_info_get_life_used(info);

	dimm->health = rate(info);
	if (dimm->health != HEALTH_UNKNOWN)
		dimm->flags[DEVICE_NOT_ARMED] = is_unarmed(info);
	if (used >= 0)
		dimm->life_used_percent = used;
	/* libcxl returns the 16 bits of the device without their sign */
	if (temperature >= 0)
		dimm->temperature_c = (int16_t)temperature;
	if (dirty >= 0)
		dimm->dirty_shutdowns = dirty;
	if (errors >= 0)
		dimm->corrected_errors = errors;
}

void
cxl_read_health(struct device_dimm *dimm)
{
	struct cxl_memdev *device;
	struct cxl_cmd *info;
	struct cxl_ctx *ctx;

	if (cxl_new(&ctx))
		return;
	cxl_set_log_priority(ctx, LOG_EMERG);
	cxl_memdev_foreach(ctx, device)
	{
		if (strcmp(cxl_memdev_get_devname(device), dimm->memory_device) != 0)
			continue;
		info = cxl_cmd_new_get_health_info(device);
		if (!info)
			continue;
		if (!cxl_cmd_submit(info) && !cxl_cmd_get_mbox_status(info))
			take_info(info, dimm);
		cxl_cmd_unref(info);
	}
	cxl_unref(ctx);
}

#else

void
cxl_read_health(struct device_dimm *dimm)
{
	(void)dimm;
}

#endif
