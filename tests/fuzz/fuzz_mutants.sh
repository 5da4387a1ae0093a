#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
#
# fuzz_mutants.sh BUILD [NAME…] -- breaks one check of the library at a time. The kept inputs (BUILD/replay) must
# notice each. Exits with 1 when a mutant survives.
#
# Not listed: io.c, the bound in io_read: it is for mapped namespaces, and those of the fuzz targets are not mapped;
# btt_open_flog_test covers it.
# Not listed: recover.c, two lanes with an unfinished write of the same block. Both found the map at their old block, so
# the block is free in both lanes, and another check finds that.
# shellcheck source=tests/mutants.sh disable=SC2016,SC2154,SC2034 # perl variables; variables shared with mutants.sh
. tests/mutants.sh
sanitize='-fsanitize=address,undefined -fno-sanitize-recover=undefined'

build_mutant() { # NAME FILE
	# shellcheck disable=SC2046,SC2086 # lists
	${CC:-gcc} -D_GNU_SOURCE -Ibtt -I"$(dirname "$2")" -std=gnu17 -g -O1 -w $sanitize -o "$out/$1" "$out/$1.c" \
		$(mutants_others "$2" | grep -v '/generate\.o$') -lpmemblk -lpmem -luuid -lpthread
}

try_mutant() { # NAME
	word=lived
	! SRC=. timeout 120 "$out/$1" >"$out/$1.log" 2>&1 || return 1
	word="$(grep '^# ' "$out/$1.log" | tail -n 1 | sed 's|.*/corpus/||'): $(grep -h 'does not hold\|runtime error\|ERROR: \|Assertion' "$out/$1.log" | head -n 1)"
}

mutant() { # NAME FILE PERL-SUBSTITUTION
	mutant_with "$3" "$1" "$2"
}

flog=btt/flog.c recover=btt/recover.c info=btt/info.c io=btt/io.c overlay=btt/repair/overlay.c
# bounds of numbers read from media
mutant flog-lba-bound $flog 's/e->lba >= bounds->external_nlba/e->lba >= bounds->external_nlba + 9/'
mutant flog-lba-bound-by-one $flog 's/e->lba >= bounds->external_nlba/e->lba > bounds->external_nlba/'
mutant flog-old-bound $flog 's/(e->old_map & FORMAT_MAP_POSTMAP\)) >=/$1 >/'
mutant flog-new-bound $flog 's/(e->new_map & FORMAT_MAP_POSTMAP\)) >=/$1 >/'
mutant map-bound $io 's/postmap >= a->info.internal_nlba/postmap > a->info.internal_nlba/'
mutant map-bound-of-a-write $io 's/err = (load_old\(a, w.lane, premap, &w.old\));/$1; err = is_readonly(a) ? -1 : 0;/'
# the log's slots
mutant seq-in-two-bits $flog 's/\.seq = le32_get\(slot->seq\)/.seq = le32_get(slot->seq) \& 3/'
mutant seqs-alike $flog 's/ \|\|\s*pair\[0\]\.seq == pair\[1\]\.seq\)/)/'
mutant seq-order $flog 's/return flog_seq_next\(pair\[0\].seq\) == pair\[1\].seq;/return pair[0].seq < pair[1].seq;/'
mutant slots-mixed $flog 's/if \(in_1 && in_2\)\s*return 0;/if (in_1 \&\& in_2) return 1;/'
mutant slot-2-not-known $flog 's/return in_2 \? 2 : 1;/return 1;/'
# comparisons during recovery
mutant error-flag $recover 's/if \(a->info.flags & FORMAT_FLAG_ERROR\)/if (0)/'
mutant free-and-mapped $recover 's/switch \(free_set_find_mapped\(&set, a, lane, &clash\)\)/switch (0)/'
mutant free-twice $recover 's/if \(free_set_find_shared\(&set, &clash\)\)/if (0)/'
mutant flags-compared $recover 's/return map_entry_postmap\(entry, group->current.lba\) == old_map;/return entry == old_map;/'
mutant nothing-rolled-forward $recover 's/(\|\| recover_roll_forward\(a, lane\)) \?/|| 0 ?/'
# info blocks
mutant checksum $info 's/if \(le64_get\(raw->checksum\) != info_checksum\(raw\)\)/if (0)/'
mutant sum-in-32-bits $info 's/\(uint64_t\)info->external_nlba \+ info->nfree/info->external_nlba + info->nfree/'
mutant product-in-32-bits $info 's/\(uint64_t\)info->internal_nlba \* info->internal_lbasize/info->internal_nlba * info->internal_lbasize/'
mutant overlap $info 's/if \(off < least\)/if (off + FORMAT_PAGE < least)/'
mutant end-of-arena $info 's/info->infooff > end - FORMAT_PAGE/info->infooff > end/'
mutant flags-not-together btt/arena.c 's/a->info.flags \|= backup->flags;//'
mutant infos-that-differ-may-be-written $recover 's/if \(a->do_infos_differ && info_check_same\(&a->info, &a->other\)\)/if (0)/'
mutant infos-of-other-geometry btt/arena.c 's/if \(info_check_same_geometry\(&a->info, backup\)\)/if (0)/'
mutant backup-not-read btt/arena.c 's/if \(a->backup == INFO_GOOD\)\s*return info_check\(&a->info, a->room\) \? error_in_arena\(a\) : 0;//'
# the namespace of a dry run
mutant overlay-zero $overlay 's/memset\(page->bytes \+ off % FORMAT_PAGE, 0, len\)/memset(page->bytes, 0, len)/'
mutant overlay-page $overlay 's/while \(page && page->off != off\)\s*page = page->next;//'
mutant overlay-tail $overlay 's/left < FORMAT_PAGE \? left : FORMAT_PAGE/FORMAT_PAGE/'
# initial map entries, and the flavour that says what they mean
mutant initial-read-as-zeros btt/arena.c 's/initial_is_zero = a->flog.entry_mask == FLOG_MASK_FLAGS/initial_is_zero = 1/'
mutant initial-read-as-data btt/arena.c 's/initial_is_zero = a->flog.entry_mask == FLOG_MASK_FLAGS/initial_is_zero = 0/'
mutant zero-of-initial-not-stored $io 's/(FORMAT_MAP_ZERO && )map_entry_is_zero\(&a->map, old\)\)/$1(map_entry_is_initial(old) || map_entry_is_zero(\&a->map, old)))/'
mutant flavour-by-old-entry $flog 's/\(group->current.new_map & FORMAT_MAP_ZERO\)/(group->current.old_map \& FORMAT_MAP_NORMAL)/'
# bytes that the other implementation reads
mutant log-without-flags $flog 's/\? FLOG_MASK_FLAGS : FLOG_MASK_BARE/? FLOG_MASK_BARE : FLOG_MASK_BARE/'
mutant map-without-flags $io 's/new_entry\(w\)/w->group->free/g'

mutants_done
