/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * libpmem.c -- the version of libpmem in this process and the instructions that it uses.
 *
 * libpmem has no call that names its instructions. They are derived from CPUID and the environment variables, by the
 * rules of libpmem(7), which documents x86-64 only. The width of non-temporal stores is not documented, so it is not
 * reported.
 *
 * The write-combining workaround is not documented either. Found by single-stepping the copies of libpmem 1.12.1, which
 * tests/unit/libpmem_fence_test.c repeats: with it, a non-temporal copy has a fence after each 768 bytes that
 * more bytes follow: 5 in a block of 4096 bytes, none in one of 512. Stores of 64 bytes need none.
 */
#include "host.h"

#include <dlfcn.h>
#include <libpmem.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#if defined(__x86_64__)
#include <cpuid.h>
#endif

#define API_MINOR_MAX 100

/* the newest minor version of the API that the library accepts; -1: it has another major version */
static int
api_minor(void)
{
	unsigned minor = 0;

	while (minor < API_MINOR_MAX && !pmem_check_version(PMEM_MAJOR_VERSION, minor))
		minor++;
	return (int)minor - 1;
}

/* libpmem does not report its release, so take the file name. NULL when linked statically. */
static char *
library_version(void)
{
	Dl_info info;
	char *file, *version = NULL;

	if (!dladdr((const void *)pmem_flush, &info) || !info.dli_fname)
		return NULL;
	file = realpath(info.dli_fname, NULL);
	if (file && !strncmp(basename(file), "libpmem.so", strlen("libpmem.so")) &&
	    asprintf(&version, "%s (API %d.%d)", basename(file), PMEM_MAJOR_VERSION, api_minor()) <
		    0)
		version = NULL;
	free(file);
	return version;
}

#if defined(__x86_64__)
static int
variable_is(const char *name, const char *value)
{
	const char *set = getenv(name);

	return set && !strcmp(set, value);
}

static const char *
flush_choice(void)
{
	unsigned eax, ebx = 0, ecx, edx;

	if (variable_is("PMEM_NO_FLUSH", "1"))
		return "none (PMEM_NO_FLUSH=1)";
	if (!variable_is("PMEM_NO_FLUSH", "0") && pmem_has_auto_flush() == 1)
		return "none (eADR)";
	__get_cpuid_count(7, 0, &eax, &ebx, &ecx, &edx);
	if (ebx & bit_CLWB && !variable_is("PMEM_NO_CLWB", "1"))
		return "clwb";
	if (ebx & bit_CLFLUSHOPT && !variable_is("PMEM_NO_CLFLUSHOPT", "1"))
		return "clflushopt";
	return "clflush";
}

/* The threshold also decides about the flog and the map of libbtt (btt/media/direct.h). */
static char *
store_choice(void)
{
	const char *threshold = getenv("PMEM_MOVNT_THRESHOLD");
	char *choice;

	if (variable_is("PMEM_NO_MOVNT", "1"))
		return strdup("temporal (PMEM_NO_MOVNT=1)");
	if (!threshold)
		return strdup("non-temporal");
	return asprintf(&choice, "non-temporal (PMEM_MOVNT_THRESHOLD=%s)", threshold) < 0 ? NULL
											  : choice;
}

/* libpmem takes the variables in this order. */
static const char *
wc_workaround(void)
{
	unsigned eax, ebx = 0, ecx = 0, edx = 0;

	if (variable_is("PMEM_NO_MOVNT", "1"))
		return "off (PMEM_NO_MOVNT=1)";
	if (variable_is("PMEM_NO_FLUSH", "1"))
		return "off (PMEM_NO_FLUSH=1)";
	if (!variable_is("PMEM_NO_FLUSH", "0") && pmem_has_auto_flush() == 1)
		return "off (eADR)";
	__get_cpuid_count(7, 0, &eax, &ebx, &ecx, &edx);
	if (ecx & bit_MOVDIR64B && variable_is("PMEM_MOVDIR64B", "1"))
		return "off (PMEM_MOVDIR64B=1)";
	if (__builtin_cpu_supports("avx512f") && !variable_is("PMEM_AVX512F", "0"))
		return "off (AVX-512 stores)";
	if (variable_is("PMEM_WC_WORKAROUND", "1"))
		return "on (PMEM_WC_WORKAROUND=1)";
	if (variable_is("PMEM_WC_WORKAROUND", "0"))
		return "off (PMEM_WC_WORKAROUND=0)";
	__get_cpuid(0, &eax, &ebx, &ecx, &edx);
	return ebx == signature_INTEL_ebx && ecx == signature_INTEL_ecx &&
			       edx == signature_INTEL_edx
		       ? "on (GenuineIntel)"
		       : "off (not GenuineIntel)";
}

#endif

void
host_read_libpmem(struct result_host *host)
{
	host->libpmem_version = library_version();
#if defined(__x86_64__)
	host->libpmem_flush = strdup(flush_choice());
	host->libpmem_store = store_choice();
	host->libpmem_wc_workaround = strdup(wc_workaround());
#else
	host->libpmem_flush = NULL;
	host->libpmem_store = NULL;
	host->libpmem_wc_workaround = NULL;
#endif
}
