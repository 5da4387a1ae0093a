/* SPDX-License-Identifier: BSD-3-Clause */
#include "fio_words.h"

#include <stdio.h>
#include <string.h>

static const struct fio_word words[] = {
	{"name", NULL, "[NAME], the heading of a section, is the name of a job"},
	{"description", NULL, "use a comment, which starts with #"},
	{"ioengine", "engine=block",
	 "fio's psync on a block device or a file is closest; engine=raw is for mapped memory"},
	{"direct, buffered", NULL,
	 "engine=block always bypasses the page cache, and the other engines have none"},
	{"filename, directory", "namespace=PATH", "or the argument NS"},
	{"rw, readwrite", "rw=KIND",
	 "fio's trim and randtrim are zero and randzero; trimwrite does not exist"},
	{"rwmixread, rwmixwrite", "rwmix=read:70,write:30",
	 "the default also has zeroes: read:70,write:25,zero:5"},
	{"bs, blocksize", "bs=SIZE",
	 "it is the sector size of the layout; for larger operations set blocks: fio's bs=64k on "
	 "sectors of 4 KiB is blocks=16"},
	{"bsrange, blocksize_range, bssplit", NULL,
	 "all operations of a job have one size; use one job for each size"},
	{"blockalign, ba", NULL,
	 "operations start at multiples of their size, counted from the start of the region"},
	{"numjobs", "threads=N", NULL},
	{"thread", NULL, "workers are always threads"},
	{"iodepth", NULL, "each thread has one operation outstanding; for more, set threads=N"},
	{"cpus_allowed", "placement=cpus:LIST", "each worker has one CPU of the list"},
	{"cpumask", "placement=cpus:LIST", "a list like 0-3,8 in place of a mask"},
	{"cpus_allowed_policy", NULL, "each worker has one CPU, as with split"},
	{"numa_cpu_nodes", "placement=node:N", NULL},
	{"numa_mem_policy, mem, iomem", NULL, "the memory of a worker is always on its node"},
	{"random_distribution, zipf", "pattern=zipf:0.99",
	 "zipf is the same as in fio; for zoned, pareto and normal use hotspot"},
	{"norandommap, randommap", NULL,
	 "random blocks are always drawn independently of each other, as with norandommap"},
	{"percentage_random", NULL, "a job is random or sequential; use one job for each"},
	{"random_generator", NULL, "there is one generator; seed=N starts it"},
	{"randseed", "seed=N", NULL},
	{"randrepeat, allrandrepeat", NULL,
	 "the sequence is always repeatable; it depends on seed"},
	{"offset", "region=offset:OFF,size:SIZE", NULL},
	{"size", "region=size:SIZE", "it limits the range only; ops=N limits the amount of work"},
	{"io_size, io_limit, number_ios", "ops=N", "operations of each thread"},
	{"runtime, timeout, ramp_time", "runtime=TIME",
	 "runtime and ramp_time are the same as in fio; m means minutes and M is not allowed"},
	{"time_based", NULL,
	 "the measured phase always lasts for runtime, unless ops ends it before"},
	{"loops", "repeat=N", "each repeat has its own result"},
	{"startdelay", NULL, "the jobs of a group start together; stonewall=1 starts a job later"},
	{"thinktime", "rate_iops=N", "it spaces the operations of each thread"},
	{"rate_iops", "rate_iops=N", "the same as in fio, for all kinds of operations together"},
	{"rate", "rate_iops=N", "divide the bytes per second by the bytes of an operation"},
	{"rate_min", "limit.OP.bw >= RATE", "it is checked at the end of a run"},
	{"rate_iops_min", "limit.OP.iops >= N", "it is checked at the end of a run"},
	{"rate_process", "arrival=poisson", NULL},
	{"group_reporting", NULL,
	 "a job has one result for all its threads; a table lists the workers"},
	{"percentile_list", "percentiles=50,99,99.9", "with commas"},
	{"clat_percentiles, lat_percentiles, slat_percentiles", NULL,
	 "the percentiles are always printed"},
	{"log_avg_msec", "interval=TIME", "the length of one step of the time series"},
	{"write_bw_log, write_iops_log, write_lat_log, write_hist_log", NULL,
	 "the result has the time series and the histogram: --format=json, --format=hgrm"},
	{"steadystate, ss, ss_dur, ss_ramp", "steady_state=rounds:5,range:20,slope:10,max:25",
	 NULL},
	{"latency_target, latency_percentile, latency_window, max_latency", "limit.OP.p99 <= TIME",
	 "it is checked at the end of a run"},
	{"verify, do_verify, verify_fatal", "verify=stamp", "it is the only check"},
	{"verify_state_save, verify_state_load", NULL, "use the option --verify-state=FILE"},
	{"fsync, fdatasync, sync, end_fsync", NULL, "a write is durable when it returns"},
	{"overwrite, pre_read", "precondition=fill", NULL},
	{"fallocate, filesize", NULL, "'bttbench format NS --size=SIZE' creates a file"},
	{"zero_buffers", "buffer_compress_percentage=100", NULL},
	{"buffer_pattern, buffer_pattern_file", NULL,
	 "the data of written blocks are random; buffer_compress_percentage is the share of "
	 "zeros"},
	{"refill_buffers, scramble_buffers", NULL,
	 "written blocks always differ, except for those of dedupe_percentage"},
	{"buffer_compress_chunk", NULL, "each 512 bytes have the same share of zeros"},
	{"dedupe_mode, dedupe_global, dedupe_working_set_percentage", NULL,
	 "a copy is always one of the last block of the same thread, as with repeat"},
	{"stonewall, wait_for_previous", "stonewall=1", NULL},
};

/* Values, with a blank between them. A value that ends with a colon has parameters. */
static const struct value_row {
	const char *key, *values, *here;
} values[] = {
	{"rw", "trim", "fio's trim is zero here"},
	{"rw", "randtrim", "fio's randtrim is randzero here"},
	{"rw", "readwrite", "fio's readwrite is rw here"},
	{"rw", "trimwrite randtrimwrite", "fio's trimwrite does not exist here"},
	{"engine",
	 "sync psync vsync pvsync pvsync2 libaio posixaio io_uring io_uring_cmd sg windowsaio",
	 "fio's engines for files and devices are block here"},
	{"engine", "mmap libpmem dev-dax", "fio's engines for mapped memory are raw here"},
	{"verify",
	 "md5 crc64 crc32c crc32c-intel crc32 crc16 crc7 xxhash sha512 sha256 sha1 sha3-224 "
	 "sha3-256 sha3-384 sha3-512 meta header pattern",
	 "fio's checksums are stamp here"},
	{"verify", "null", "fio's null is none here"},
	{"pattern", "random", "fio's random is uniform here"},
	{"pattern", "pareto: normal: zoned: zoned_abs:",
	 "for fio's pareto, normal and zoned use hotspot here"},
};

#define COUNT(table) (sizeof(table) / sizeof((table)[0]))

/* 1 if `text` is one of the words in `list`, separated by characters of `separators`. */
static int
is_listed(const char *list, const char *separators, const char *text)
{
	while (*list) {
		size_t len = strcspn(list, separators);

		if (len > 0 && strncmp(list, text, len) == 0 &&
		    (text[len] == '\0' || list[len - 1] == ':'))
			return 1;
		list += len;
		list += strspn(list, separators);
	}
	return 0;
}

const struct fio_word *
fio_words_at(unsigned index)
{
	return index < COUNT(words) ? &words[index] : NULL;
}

void
fio_words_print(const struct fio_word *word, char *text, size_t size)
{
	snprintf(text, size, "%s%s%s", word->here ? word->here : "none",
		 !word->note  ? ""
		 : word->here ? "; "
			      : ": ",
		 word->note ? word->note : "");
}

const struct fio_word *
fio_words_find(const char *name)
{
	for (size_t i = 0; i < COUNT(words); i++)
		if (is_listed(words[i].names, ", ", name))
			return &words[i];
	return NULL;
}

const char *
fio_words_of_value(const char *key, const char *value)
{
	for (size_t i = 0; i < COUNT(values); i++)
		if (strcmp(values[i].key, key) == 0 && is_listed(values[i].values, " ", value))
			return values[i].here;
	return NULL;
}
