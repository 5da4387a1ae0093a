# SPDX-License-Identifier: BSD-3-Clause
# bttbench -- `make help` lists the targets.

# All dependencies: pkg-config name = Debian package.
PACKAGES_LIB   = libpmem=libpmem-dev uuid=uuid-dev
PACKAGES_BENCH = hwloc=libhwloc-dev jemalloc=libjemalloc-dev jansson=libjansson-dev zlib=zlib1g-dev libndctl=libndctl-dev libdaxctl=libdaxctl-dev blkid=libblkid-dev mount=libmount-dev gsl=libgsl-dev sqlite3=libsqlite3-dev
PACKAGES_MPI   = ompi-c=libopenmpi-dev
# Used when it is there; without it the health of CXL memory devices is unknown.
PACKAGES_EXTRA = libcxl=libcxl-dev
PACKAGES_TEST  = cmocka=libcmocka-dev libpmemblk=libpmemblk-dev
# Programs: command = Debian package.
TOOLS_BUILD    = pkg-config=pkg-config perl=perl
TOOLS_TEST     = prove=perl pmempool=pmdk-tools jq=jq jsonschema=python3-jsonschema fio=fio spin=spin groff=groff-base valgrind=valgrind mkfs.ext4=e2fsprogs sfdisk=fdisk mkswap=util-linux promtool=prometheus gnuplot=gnuplot-nox chromium=chromium xmllint=libxml2-utils sqlite3=sqlite3
# `bttbench run --mpi` (MPI=1), and its launcher.
TOOLS_MPI      = mpirun=openmpi-bin
# libFuzzer and the runtime of its sanitizers. Any compiler can replay the kept inputs.
TOOLS_FUZZ     = tool:clang=clang file:/usr/lib/llvm-*/lib/clang/*/lib/linux/libclang_rt.fuzzer-x86_64.a=libclang-rt-14-dev
# The laws of probability that `make measure-test` compares with.
TOOLS_MEASURE  = file:/usr/lib/python3/dist-packages/scipy=python3-scipy
# For the virtual machine; its kernel, Debian's linux-image-amd64, is unpacked below build/ and not installed.
TOOLS_VM       = qemu-system-x86_64=qemu-system-x86 busybox=busybox-static ndctl=ndctl daxctl=daxctl kmod=kmod cpio=cpio mkfs.ext4=e2fsprogs filefrag=e2fsprogs mkfs.xfs=xfsprogs

PREFIX  ?= /usr/local
DESTDIR ?=
# The release and the soname, from one place: btt/btt.h.
version  = $(shell awk '$$2 == "BTT_VERSION_$(1)" { print $$3 }' btt/btt.h)
VERSION := $(call version,MAJOR).$(call version,MINOR).$(call version,PATCH)
SONAME  := libbtt.so.$(call version,MAJOR)
COMMIT  := $(shell git rev-parse --short=12 HEAD 2>/dev/null || echo unknown)

# One line per built file; V=1 shows the whole command.
V ?= 0
ifeq ($(V),0)
say = @echo '  $(1) $@';
endif

# VARIANT: release, asan (with UBSan) or tsan; the last two have assertions. Each has its own folder below build/.
VARIANT ?= release
B       := build/$(VARIANT)
CFLAGS_release = -O2 -DNDEBUG
CFLAGS_asan    = -O1 -fsanitize=address,undefined -fno-sanitize-recover=undefined -fno-omit-frame-pointer
CFLAGS_tsan    = -O1 -fsanitize=thread -Wno-tsan -DRTT_SEQ_CST

WARNINGS = -Wall -Wextra -Wshadow -Wconversion -Wmissing-prototypes -Wstrict-prototypes -Wpointer-arith
CPPFLAGS += -D_GNU_SOURCE -Ibtt -Ibench
CFLAGS   += -std=gnu17 -g -fPIC -fvisibility=hidden $(WARNINGS) $(CFLAGS_$(VARIANT))
# Only with gcc: LTO inlines the functions of the door to media, which is a separate file.
ifneq ($(findstring clang,$(shell $(CC) --version 2>/dev/null)),)
CFLAGS_tsan    := $(filter-out -Wno-tsan,$(CFLAGS_tsan))
else
CFLAGS_release += -flto=auto -ffat-lto-objects
endif

pc_names  = $(foreach p,$(1),$(firstword $(subst =, ,$(p))))
pc_debs   = $(foreach p,$(1),$(lastword $(subst =, ,$(p))))
pc_cflags = $(shell pkg-config --cflags $(call pc_names,$(1)) 2>/dev/null)
pc_libs   = $(shell pkg-config --libs $(call pc_names,$(1)) 2>/dev/null)
# called once, not once per file
EXTRA      := $(foreach p,$(PACKAGES_EXTRA),$(if $(shell pkg-config --exists $(call pc_names,$(p)) 2>/dev/null && echo yes),$(p)))
PC_CFLAGS  := $(call pc_cflags,$(PACKAGES_LIB) $(PACKAGES_BENCH) $(EXTRA)) $(foreach n,$(call pc_names,$(EXTRA)),-DHAVE_$(shell echo $(n) | tr a-z A-Z))
LIBS_LIB   := $(call pc_libs,$(PACKAGES_LIB)) -lpthread
LIBS_BENCH := $(call pc_libs,$(PACKAGES_LIB) $(PACKAGES_BENCH) $(EXTRA)) -lpthread -lm
LIBS_TEST  := $(call pc_libs,cmocka=)
LIBS_MPI   := $(call pc_libs,$(PACKAGES_MPI))
LIBS_PEER  := $(call pc_libs,libpmemblk=)

LIB_SRC   := $(wildcard btt/*.c btt/*/*.c)
LIB_ASM   := $(wildcard btt/media/*.S)
MAIN_SRC  := bench/cmd/main.c
# The part that knows MPI is built in its place only with MPI=1, and for the tests.
RANKS_SRC := bench/mpi/ranks_mpi.c
BENCH_SRC := $(filter-out $(MAIN_SRC) $(RANKS_SRC),$(wildcard bench/*.c bench/*/*.c))
UNIT_SRC  := $(wildcard tests/unit/*_test.c)
LIB_OBJ   := $(LIB_SRC:%.c=$(B)/%.o) $(LIB_ASM:%.S=$(B)/%.o)
# Files that are part of the command: scripts for gnuplot; style and markup of pages; profiles.
EMBEDDED  := $(sort $(wildcard plots/*.gp profiles/quick.ini profiles/standard.ini profiles/full.ini bench/report/*.css bench/report/*.html bench/report/*.js))
BENCH_OBJ := $(BENCH_SRC:%.c=$(B)/%.o) $(B)/bench/report/embedded.o
UNIT_BIN  := $(UNIT_SRC:%.c=$(B)/%)
# Programs for shell tests; each links the system's libpmemblk, not this library.
INTEROP_SRC := $(filter-out tests/interop/five.c,$(wildcard tests/interop/*.c))
INTEROP_BIN := $(INTEROP_SRC:%.c=$(B)/%) $(B)/tests/interop/five_ours
# The plain loops of bench-peers, around libpmemblk and around this library.
PEER_LOOP   := $(B)/tests/peers/plain_loop
# The last commit before the fast paths of libbtt: some targets of bench-peers count from there. Empty: without them.
PEER_BASE   ?= b187b39dda8f
# One program on this library's btt layer, and on that of libpmemblk: its static archive has the functions, hidden.
PEER_ARCHIVE := $(wildcard $(shell pkg-config --variable=libdir libpmemblk 2>/dev/null)/libpmemblk.a)
INTEROP_BIN += $(if $(PEER_ARCHIVE),$(B)/tests/interop/five_theirs)
PEER_BTT     = btt_init btt_fini btt_nlba btt_read btt_write btt_set_zero btt_set_error btt_check
# The library once more for the stress test, where the functions of the door to media are not inline.
STRESS_SRC  := $(LIB_SRC) $(filter-out %_main.c,$(wildcard tests/stress/*.c))
STRESS_OBJ  := $(STRESS_SRC:%.c=$(B)/stress/%.o) $(LIB_ASM:%.S=$(B)/%.o)
# Only the release build runs in a guest: a sanitizer is too slow in an emulated processor.
VM_TESTS    := $(wildcard tests/vm/*.t)
# two guests at once: each keeps about one processor busy
VM_PROVE     = BTTBENCH=$(CURDIR)/$(B)/bttbench SRC=$(CURDIR) VARIANT=$(VARIANT) prove -j2 --timer --exec tests/run-one
# bttbench with one broken line in the library; tests/cli/verify.t proves that verify=stamp notices it.
BUG_BIN     := $(if $(filter release,$(VARIANT)),$(patsubst %,$(B)/bugs/%/bttbench,no-publish no-lock))
# bttbench with a delay in each op, for tests/cli/regression_job.t and the real runs of calibrate.
SLOW_BIN    := $(B)/bugs/slow/bttbench
# Shell tests preload these; they never contain a sanitizer.
PRELOAD_SO  := $(patsubst %.c,$(B)/%.so,$(wildcard tests/cli/*.c tests/fault/*.c))
# Checks of the figures that share no code with bench/: a stand-in of libpmemblk, a program that single-steps a run.
MEASURE_BIN := $(B)/tests/measure/libpmemblk.so.1 $(B)/tests/measure/single_step
PROVE        = BTTBENCH=$(CURDIR)/$(B)/bttbench TEST_BIN=$(CURDIR)/$(B)/tests SRC=$(CURDIR) VARIANT=$(VARIANT) prove --timer --exec tests/run-one
# no test here looks at a time, so two of them run at once
PAIR_TESTS  := $(wildcard tests/interop/*.t tests/spin/*.t) tests/fault/leaks.t
CLI_TESTS   := $(wildcard tests/cli/*.t tests/interop/*.t tests/peers/*.t tests/race/*.t tests/stress/*.t tests/spin/*.t tests/fault/*.t tests/instructions/*.t)
MAN         := $(patsubst docs/%,$(B)/%,$(wildcard docs/man/*.1))
MAN         += $(patsubst docs/%,$(B)/%,$(wildcard docs/man/*.5))
# Bash looks for the completion of a command in a file of its name.
COMPLETION  := $(B)/completions/bttbench
# The crash explorer: the library's sources except the door to media, with assertions and its own spin.h.
CRASH_SRC   := $(wildcard btt/*.c btt/repair/*.c tests/crash/*.c)
CRASH_OBJ   := $(CRASH_SRC:%.c=build/crash/%.o)
CRASH_FLAGS  = -std=gnu17 -g -O2 $(WARNINGS) -DPERSIST_DOOR=extern -include tests/crash/spin_hook.h

# Fuzz targets, built twice: by clang for libFuzzer, and by $(CC) to replay the corpus in the tests.
FUZZ_SRC    := tests/fuzz/image.c $(wildcard tests/fuzz/fuzz_*.c)
FUZZ_LIB    := $(LIB_SRC) $(FUZZ_SRC)
FUZZ_FLAGS   = -std=gnu17 -g -O1 $(WARNINGS) -fsanitize=address,undefined -fno-sanitize-recover=undefined -fno-omit-frame-pointer
FUZZ_BIN    := $(addprefix build/fuzz/,info image overlay peer)
FUZZ_TIME   ?= 60

.SECONDARY: $(UNIT_SRC:%.c=$(B)/%.o)
.PHONY: all install clean help have-mpi
.PHONY: run test vm-test vm-test-more check asan tsan
.PHONY: deps deps-extra deps-test deps-vm deps-fuzz
.PHONY: crash crash-full crash-mutants fuzz fuzz-replay fuzz-mutants
.PHONY: measure-test kill-test fault-test large-test
.PHONY: bench-peers bench-growth calibrate calibrate-real plots instructions
.PHONY: layers english format-check
all: bttbench $(B)/libbtt.a $(B)/libbtt.so $(MAN) $(B)/man3/made $(COMPLETION) ## build the command, the static and the shared library

# MPI=1: the command with `run --mpi`, for mpirun. It differs in one object.
MPI ?= 0
MPI_BIN := $(B)/mpi/bttbench
COMMAND := $(if $(filter 1,$(MPI)),$(MPI_BIN),$(B)/bttbench)

bttbench: $(B)/bttbench $(COMMAND) FORCE
	@ln -sf $(COMMAND) $@

$(B)/bttbench: $(MAIN_SRC:%.c=$(B)/%.o) $(BENCH_OBJ) $(B)/libbtt.a
	$(call say,LINK)$(CC) $(CFLAGS) $(LDFLAGS) -o $@ $^ $(LIBS_BENCH)

$(MPI_BIN): $(MAIN_SRC:%.c=$(B)/%.o) $(filter-out $(B)/bench/mpi/ranks_none.o,$(BENCH_OBJ)) $(RANKS_SRC:%.c=$(B)/%.o) $(B)/libbtt.a
	@mkdir -p $(@D)
	$(call say,LINK)$(CC) $(CFLAGS) $(LDFLAGS) -o $@ $^ $(LIBS_BENCH) $(LIBS_MPI)

$(RANKS_SRC:%.c=$(B)/%.o): | have-mpi
have-mpi:
	@pkg-config --exists $(call pc_names,$(PACKAGES_MPI)) || \
		{ echo "make: MPI=1 needs Open MPI (Debian: $(call pc_debs,$(PACKAGES_MPI) $(TOOLS_MPI)); 'make deps MPI=1' installs it)" >&2; exit 1; }

# the headers of Open MPI are not ours to warn about
$(RANKS_SRC:%.c=$(B)/%.o): PC_CFLAGS += $(patsubst -I%,-isystem %,$(call pc_cflags,$(PACKAGES_MPI)))

$(B)/libbtt.a: $(LIB_OBJ)
	$(call say,AR  )rm -f $@ && $(AR) rcs $@ $^

$(B)/libbtt.so: $(LIB_OBJ) btt/libbtt.map Makefile
	$(call say,LINK)$(CC) $(CFLAGS) $(LDFLAGS) -shared -Wl,-soname,$(SONAME) \
		-Wl,--version-script=btt/libbtt.map -o $@ $(LIB_OBJ) $(LIBS_LIB)

# Only one file gets the version and the commit, so a commit rebuilds only this file.
$(B)/bench/result/version.o: CPPFLAGS += -DBTTBENCH_VERSION='"$(VERSION)"' -DBTTBENCH_COMMIT='"$(COMMIT)"'
$(B)/bench/result/version.o: $(B)/commit
$(B)/commit: FORCE
	@mkdir -p $(@D); echo '$(VERSION) $(COMMIT)' | cmp -s - $@ || echo '$(VERSION) $(COMMIT)' > $@
FORCE:

$(B)/bench/report/embedded.c: bench/report/embed.pl $(EMBEDDED) Makefile
	@mkdir -p $(@D)
	$(call say,GEN )perl bench/report/embed.pl $(EMBEDDED) > $@.new && mv $@.new $@

$(B)/bench/report/embedded.o: $(B)/bench/report/embedded.c
	$(call say,CC  )$(CC) $(CPPFLAGS) $(CFLAGS) -MMD -MP -c -o $@ $<

# A seed gives the same numbers on every machine: a fused multiply-add would round differently.
$(B)/bench/pattern/zipf.o: CFLAGS += -ffp-contract=off

$(B)/%.o: %.c Makefile
	@mkdir -p $(@D)
	$(call say,CC  )$(CC) $(CPPFLAGS) $(CFLAGS) $(PC_CFLAGS) -MMD -MP -c -o $@ $<

$(B)/%.o: %.S Makefile
	@mkdir -p $(@D)
	$(call say,AS  )$(CC) $(CPPFLAGS) -g $(CFLAGS_$(VARIANT)) -MMD -MP -c -o $@ $<

$(B)/tests/unit/%_test: $(B)/tests/unit/%_test.o $(BENCH_OBJ) $(B)/libbtt.a
	$(call say,LINK)$(CC) $(CFLAGS) $(LDFLAGS) -o $@ $^ $(LIBS_BENCH) $(LIBS_TEST)

# prints made-up results for tests of plots and pages
RESULTS_BIN := $(B)/tests/report/make_results
$(RESULTS_BIN): $(B)/tests/report/make_results.o $(BENCH_OBJ) $(B)/libbtt.a
	$(call say,LINK)$(CC) $(CFLAGS) $(LDFLAGS) -o $@ $^ $(LIBS_BENCH)

$(B)/tests/interop/%: tests/interop/%.c Makefile
	@mkdir -p $(@D)
	$(call say,CC  )$(CC) $(CPPFLAGS) $(CFLAGS) -o $@ $< $(LIBS_PEER)

$(PEER_LOOP): $(B)/tests/peers/plain_loop.o $(B)/libbtt.a
	$(call say,LINK)$(CC) $(CFLAGS) $(LDFLAGS) -o $@ $^ $(LIBS_PEER) $(LIBS_LIB)

# an old commit of this repository, built in a folder of its own
build/base/%/build/release/bttbench:
	rm -rf build/base/$* && mkdir -p build/base/$*
	git archive $* | tar -x -C build/base/$*
	$(MAKE) --no-print-directory -C build/base/$* VARIANT=release COMMIT=$* build/release/bttbench

$(B)/tests/instructions/ops: $(B)/tests/instructions/ops.o $(B)/libbtt.a
	$(call say,LINK)$(CC) $(CFLAGS) $(LDFLAGS) -o $@ $^ $(LIBS_LIB)

$(B)/tests/interop/five_ours: $(B)/tests/interop/five.o $(B)/libbtt.a
	$(call say,LINK)$(CC) $(CFLAGS) $(LDFLAGS) -o $@ $^ $(LIBS_LIB)

$(B)/tests/interop/five_theirs: $(B)/tests/interop/five.o $(PEER_ARCHIVE) Makefile
	$(call say,LINK)cd $(@D) && $(AR) x $(PEER_ARCHIVE) libpmemblk_all.o && \
		objcopy $(addprefix --globalize-symbol=,$(PEER_BTT)) libpmemblk_all.o peer_btt.o
	@$(CC) $(CFLAGS) -fno-lto $(LDFLAGS) -o $@ $< $(@D)/peer_btt.o -lpmem -lndctl -ldaxctl -ldl -lpthread

# The sources of the library with delay.c between its files: `wrapped` lists the calls for the linker, which can only
# wrap calls between objects. So there is no LTO, and the functions of the door are those of persist.o.
$(B)/stress/%.o: %.c Makefile
	@mkdir -p $(@D)
	$(call say,CC  )$(CC) $(CPPFLAGS) $(CFLAGS) $(PC_CFLAGS) -fno-lto -DPERSIST_DOOR=extern -MMD -MP -c -o $@ $<

$(B)/tests/stress/stress: $(B)/stress/tests/stress/stress_main.o $(B)/tests/stress/stress.a tests/stress/wrapped
	$(call say,LINK)$(CC) $(CFLAGS) -fno-lto $(LDFLAGS) @tests/stress/wrapped -o $@ $(filter-out %wrapped,$^) $(LIBS_LIB) $(LIBS_TEST)

$(B)/tests/stress/stress.a: $(STRESS_OBJ)
	$(call say,AR  )mkdir -p $(@D) && rm -f $@ && $(AR) rcs $@ $^

$(PRELOAD_SO): $(B)/%.so: %.c Makefile
	@mkdir -p $(@D)
	$(call say,LINK)$(CC) -std=gnu17 -g -O2 -fPIC -shared $(WARNINGS) -D_GNU_SOURCE -o $@ $<

$(B)/bugs/no-publish/bug.c: btt/io.c Makefile
	@mkdir -p $(@D)
	$(call say,SED )sed '/^\t*rtt_publish(.*;$$/d' $< > $@ && ! cmp -s $< $@

$(B)/bugs/no-lock/bug.c: btt/map.c Makefile
	@mkdir -p $(@D)
	$(call say,SED )sed 's/if (atomic_exchange_explicit(&lock->held, .*/if (0)/' $< > $@ && ! cmp -s $< $@

$(B)/bugs/slow/bug.c: btt/io.c tests/calibrate/slow.h Makefile
	@mkdir -p $(@D)
	$(call say,SED )sed -e '1i #include "$(CURDIR)/tests/calibrate/slow.h"' \
		-e '/^io_read(\|^io_write(/{n;s/^{$$/{\n\tslow_wait();/}' $< > $@ && [ $$(grep -c slow_wait $@) = 2 ]

# before the archive, so that the linker takes the broken object instead of the one in the archive
$(B)/bugs/%/bttbench: $(B)/bugs/%/bug.c $(MAIN_SRC:%.c=$(B)/%.o) $(BENCH_OBJ) $(B)/libbtt.a
	$(call say,LINK)$(CC) $(CPPFLAGS) $(CFLAGS) $(PC_CFLAGS) $(LDFLAGS) -DNDEBUG -o $@ $^ $(LIBS_BENCH)

# the page from docs/man, the keys and fio's words from the tables that the parser uses
define MAN_PAGE
@mkdir -p $(@D)
$(call say,MAN )$(B)/bttbench run --help-keys=man > $@.keys && $(B)/bttbench run --help-keys=fio-man > $@.fio && \
	sed -e 's|@VERSION@|$(VERSION)|; /^@KEYS@$$/{r $@.keys' -e 'd}' -e '/^@FIO@$$/{r $@.fio' -e 'd}' $< > $@ && \
	rm $@.keys $@.fio
endef

$(B)/man/%.1: docs/man/%.1 $(B)/bttbench Makefile
	$(MAN_PAGE)

$(B)/man/%.5: docs/man/%.5 $(B)/bttbench Makefile
	$(MAN_PAGE)

$(B)/completions/bttbench: docs/completion/generate.sh docs/completion/bttbench.bash $(B)/bttbench
	@mkdir -p $(@D)
	$(call say,GEN )docs/completion/generate.sh $(B)/bttbench > $@.new && mv $@.new $@

# section 3: a page for each function of the public headers, from their comments
$(B)/man3/made: docs/man/library.pl btt/btt.h btt/ns.h Makefile
	$(call say,MAN )rm -rf $(@D) && mkdir -p $(@D) && perl docs/man/library.pl $(VERSION) $(@D) btt/btt.h btt/ns.h && touch $@

# Each one is optional, so a distribution without it does not stop the build.
deps-extra:
	@tests/deps.sh $(foreach p,$(PACKAGES_EXTRA),pc:$(p)) || echo 'deps: the build will be without $(call pc_names,$(PACKAGES_EXTRA))' >&2

deps: deps-extra ## install the packages for the build (apt, as root or with sudo)
	@tests/deps.sh $(foreach t,$(TOOLS_BUILD) $(if $(filter 1,$(MPI)),$(TOOLS_MPI)),tool:$(t)) \
		$(foreach p,$(PACKAGES_LIB) $(PACKAGES_BENCH) $(if $(filter 1,$(MPI)),$(PACKAGES_MPI)),pc:$(p))

deps-test: deps-extra ## install the packages for the build and the tests
	@tests/deps.sh $(foreach t,$(TOOLS_BUILD) $(TOOLS_TEST) $(TOOLS_MPI),tool:$(t)) \
		$(foreach p,$(PACKAGES_LIB) $(PACKAGES_BENCH) $(PACKAGES_TEST) $(PACKAGES_MPI),pc:$(p))

# The second make calls pkg-config again, because `deps` may have installed the packages just now.
run: deps ## install missing packages, build, run the default job on dram:1G and print the result
	@$(MAKE) --no-print-directory all
	./bttbench run

# Without these packages all other tests still run; the tests in the guest are skipped with the reason.
deps-vm: ## install the packages for the tests in a virtual machine
	@tests/deps.sh $(foreach t,$(TOOLS_VM),tool:$(t)) || echo 'deps-vm: the tests in a virtual machine will be skipped' >&2

vm-test: deps-test deps-vm ## run the tests with real device DAX and NUMA nodes, in a virtual machine
	@$(MAKE) --no-print-directory all
	$(VM_PROVE) $(VM_TESTS)

# The same tests, with the newer kernel.
vm-test-more: deps-test deps-vm ## run the tests in a virtual machine with the newer kernel of Debian's backports
	@$(MAKE) --no-print-directory all
	VM_KERNEL=backports $(VM_PROVE) $(VM_TESTS)

test: deps-test deps-vm ## install missing packages, build, run every test
	@$(MAKE) --no-print-directory check

# Only in the release variant: these programs have their own builds.
CRASH_TEST_release = build/crash/crash
FUZZ_TEST_release  = build/replay/replay
MPI_TEST_release   = $(if $(LIBS_MPI),$(MPI_BIN))

check: all $(MPI_TEST_$(VARIANT)) $(RESULTS_BIN) $(UNIT_BIN) $(INTEROP_BIN) $(PEER_LOOP) $(PRELOAD_SO) $(B)/tests/stress/stress $(B)/tests/instructions/ops $(BUG_BIN) $(SLOW_BIN) $(CRASH_TEST_$(VARIANT)) $(FUZZ_TEST_$(VARIANT)) layers ## run every test of this VARIANT without installing packages
	status=0; $(PROVE) -j2 $(CRASH_TEST_$(VARIANT)) $(FUZZ_TEST_$(VARIANT)) $(PAIR_TESTS) || status=1; \
		$(PROVE) $(UNIT_BIN) $(filter-out $(PAIR_TESTS),$(CLI_TESTS)) || status=1; exit $$status
	$(if $(filter release,$(VARIANT)),$(VM_PROVE) $(VM_TESTS))

asan: deps-test ## run every test with AddressSanitizer and UBSan
	@$(MAKE) --no-print-directory VARIANT=asan check

tsan: deps-test ## run every test with ThreadSanitizer
	@$(MAKE) --no-print-directory VARIANT=tsan check

build/crash/%.o: %.c Makefile
	@mkdir -p $(@D)
	$(call say,CC  )$(CC) $(CPPFLAGS) $(CRASH_FLAGS) $(PC_CFLAGS) -MMD -MP -c -o $@ $<

build/crash/crash: $(CRASH_OBJ)
	$(call say,LINK)$(CC) $(CRASH_FLAGS) -o $@ $^ $(LIBS_LIB)

crash: build/crash/crash ## cut power at every event of every small program, of formatting and of repairs, as the tests do
	build/crash/crash

crash-full: build/crash/crash ## the same with up to three ops, and more random programs
	build/crash/crash --ops=3 --random=500

crash-mutants: build/crash/crash ## break each fence, flush and order in turn: the explorer must notice all
	tests/crash/crash_mutants.sh build/crash

build/replay/%.o: %.c Makefile
	@mkdir -p $(@D)
	$(call say,CC  )$(CC) $(CPPFLAGS) $(FUZZ_FLAGS) $(PC_CFLAGS) -MMD -MP -c -o $@ $<

build/replay/%.o: %.S Makefile
	@mkdir -p $(@D)
	$(call say,AS  )$(CC) $(CPPFLAGS) -g -fsanitize=address -MMD -MP -c -o $@ $<

build/replay/replay build/replay/generate: build/replay/%: build/replay/tests/fuzz/%.o $(FUZZ_LIB:%.c=build/replay/%.o) $(LIB_ASM:%.S=build/replay/%.o)
	$(call say,LINK)$(CC) $(FUZZ_FLAGS) -o $@ $^ $(LIBS_LIB) $(LIBS_PEER)

build/fuzz/%.o: %.c Makefile
	@mkdir -p $(@D)
	$(call say,CC  )clang $(CPPFLAGS) $(FUZZ_FLAGS) -fsanitize=fuzzer-no-link $(PC_CFLAGS) -MMD -MP -c -o $@ $<

$(FUZZ_BIN): build/fuzz/%: tests/fuzz/libfuzzer.c $(FUZZ_LIB:%.c=build/fuzz/%.o) $(LIB_ASM:%.S=build/replay/%.o)
	$(call say,LINK)clang $(CPPFLAGS) $(FUZZ_FLAGS) -fsanitize=fuzzer -DTARGET=fuzz_$* -o $@ $^ $(LIBS_LIB) $(LIBS_PEER)

deps-fuzz: deps-test ## install the packages for fuzzing
	@tests/deps.sh $(TOOLS_FUZZ)

fuzz: deps-fuzz ## try new damaged images, info blocks and scripts for FUZZ_TIME seconds (60); findings go below build/fuzz
	@$(MAKE) --no-print-directory $(FUZZ_BIN)
	tests/fuzz/fuzz.sh build/fuzz $(FUZZ_TIME)

fuzz-replay: build/replay/replay ## run the kept inputs again
	build/replay/replay

fuzz-mutants: build/replay/replay ## break each check of media contents in turn: the kept inputs must notice all
	tests/fuzz/fuzz_mutants.sh build/replay

$(B)/tests/measure/libpmemblk.so.1: tests/measure/stand_in.c Makefile
	@mkdir -p $(@D)
	$(call say,LINK)$(CC) -std=gnu17 -g -O2 -fPIC -shared $(WARNINGS) -D_GNU_SOURCE -o $@ $<

$(B)/tests/measure/single_step: tests/measure/single_step.c Makefile
	@mkdir -p $(@D)
	$(call say,CC  )$(CC) -std=gnu17 -g -O2 $(WARNINGS) -D_GNU_SOURCE -o $@ $<

measure-test: deps-test ## check the figures of results independently: patterns, arrivals, times, formats, fences (about 3 minutes)
	@tests/deps.sh $(TOOLS_MEASURE)
	@$(MAKE) --no-print-directory all $(MEASURE_BIN)
	BTTBENCH=$(CURDIR)/$(B)/bttbench TEST_BIN=$(CURDIR)/$(B)/tests SRC=$(CURDIR) VARIANT=$(VARIANT) \
		prove --timer --exec tests/run-one $(wildcard tests/measure/*.t)

$(B)/tests/calibrate/calibrate: $(B)/tests/calibrate/calibrate.o $(BENCH_OBJ) $(B)/libbtt.a
	$(call say,LINK)$(CC) $(CFLAGS) $(LDFLAGS) -o $@ $^ $(LIBS_BENCH)

# The table is kept: docs/regressions.md shows it.
CALIBRATION = results/baseline/calibration.md
calibrate: all $(B)/tests/calibrate/calibrate $(B)/tests/unit/fits_test $(SLOW_BIN) ## how often verdicts of compare and history check are wrong, in simulations (about 8 minutes) and real runs (about 15)
	@mkdir -p $(B)/calibrate
	$(B)/tests/calibrate/calibrate > $(B)/calibrate/simulated.md
	FITS_CHECKS=2000 $(B)/tests/unit/fits_test > $(B)/calibrate/checks
	{ echo; echo '2000 simulated checks of a history in each line:'; echo; sed -n 's/^# /- /p' $(B)/calibrate/checks; echo; } >> $(B)/calibrate/simulated.md
	tests/calibrate/real.sh $(B) > $(B)/calibrate/real.md
	cat $(B)/calibrate/simulated.md $(B)/calibrate/real.md > $(CALIBRATION)
	@cat $(CALIBRATION)

calibrate-real: all $(SLOW_BIN) ## only the real runs of calibrate; PAIRS, SLOW_PAIRS, SIDE and SLOW change their numbers
	tests/calibrate/real.sh $(B)

bench-peers: all $(PEER_LOOP) $(if $(PEER_BASE),build/base/$(PEER_BASE)/build/release/bttbench) ## compare with libpmemblk and fio, by turns, on a quiet machine; judge the targets (about 16 minutes)
	@tests/deps.sh tool:fio=fio tool:gnuplot=gnuplot-nox
	tests/peers/peers.pl $(if $(PEER_BASE),--base=build/base/$(PEER_BASE)/build/release/bttbench) $(B) results/bench-peers

bench-growth: all ## does the cost of an operation grow with nfree, lanes or size? On a quiet machine (about 10 minutes)
	tests/peers/growth.pl $(B)/bttbench results/bench-growth

# after a change of libbtt that costs more for a reason, or less
instructions: all $(B)/tests/instructions/ops ## write results/baseline/instructions.json: the costs of a call of libbtt
	tests/instructions/measure.sh $(B)/tests/instructions/ops > $(B)/instructions.json
	mv $(B)/instructions.json results/baseline/instructions.json

plots: all ## measure for 25 seconds and draw each kind of plot below build/plots
	@tests/deps.sh tool:gnuplot=gnuplot-nox
	@tests/plots.sh $(B)/bttbench build/plots

kill-test: all $(PRELOAD_SO) ## kill 200 runs, then 20 qualifications, at random moments; check and verify after each (about 5 minutes)
	tests/fault/sigkill.sh $(CURDIR)/$(B)/bttbench 200
	KILLS=20 BTTBENCH=$(CURDIR)/$(B)/bttbench TEST_BIN=$(CURDIR)/$(B)/tests SRC=$(CURDIR) VARIANT=$(VARIANT) prove --timer --exec tests/run-one tests/fault/qualify_kill.t

FAULT_BIN    = $(addprefix $(B)/tests/unit/,btt_fault_test btt_fault_use_test)
fault-test: all $(PRELOAD_SO) $(FAULT_BIN) ## fail every allocation, mapping, thread, write and call of a namespace once (about 15 minutes)
	FAULTS_ALL=1 BTTBENCH=$(CURDIR)/$(B)/bttbench TEST_BIN=$(CURDIR)/$(B)/tests SRC=$(CURDIR) VARIANT=$(VARIANT) \
		prove --timer --exec tests/run-one $(FAULT_BIN) $(addprefix tests/fault/,faults.t writes.t leaks.t)

large-test: all ## prove that check of 512 GiB with 512-byte sectors has bounded memory (4 GiB of /dev/shm, two minutes)
	LARGE=1 BTTBENCH=$(CURDIR)/$(B)/bttbench SRC=$(CURDIR) VARIANT=$(VARIANT) prove --timer --exec tests/run-one tests/cli/memory.t

layers: all ## check the rules for includes between folders, and that headers and object files form no circles
	@tests/layers.pl --objects $(B)

english: ## count the words of comments and docs, and the uses of "what", for each folder
	@tests/english.pl

format-check: ## check that clang-format has nothing to change
	clang-format --dry-run --Werror $$(git ls-files '*.c' '*.h')

install: all ## install into $(DESTDIR)$(PREFIX)
	install -d $(addprefix $(DESTDIR)$(PREFIX)/,bin lib/pkgconfig include/btt share/man/man1 share/man/man3)
	install $(COMMAND) $(DESTDIR)$(PREFIX)/bin/
	install -m 644 $(B)/libbtt.a $(DESTDIR)$(PREFIX)/lib/
	install $(B)/libbtt.so $(DESTDIR)$(PREFIX)/lib/libbtt.so.$(VERSION)
	ln -sf libbtt.so.$(VERSION) $(DESTDIR)$(PREFIX)/lib/$(SONAME)
	ln -sf $(SONAME) $(DESTDIR)$(PREFIX)/lib/libbtt.so
	install -m 644 btt/btt.h btt/ns.h $(DESTDIR)$(PREFIX)/include/btt/
	sed -e 's|@PREFIX@|$(PREFIX)|; s|@VERSION@|$(VERSION)|' btt/libbtt.pc.in \
		> $(DESTDIR)$(PREFIX)/lib/pkgconfig/libbtt.pc
	install -m 644 $(filter %.1,$(MAN)) $(DESTDIR)$(PREFIX)/share/man/man1/
	install -d $(addprefix $(DESTDIR)$(PREFIX)/share/,man/man5 bttbench/schemas bttbench/plots bttbench/workloads bttbench/profiles bash-completion/completions)
	install -m 644 $(filter %.5,$(MAN)) $(DESTDIR)$(PREFIX)/share/man/man5/
	install -m 644 results/*.schema.json $(DESTDIR)$(PREFIX)/share/bttbench/schemas/
	install -m 644 plots/*.gp $(DESTDIR)$(PREFIX)/share/bttbench/plots/
	install -m 644 workloads/*.job $(DESTDIR)$(PREFIX)/share/bttbench/workloads/
	install -m 644 profiles/*.ini $(DESTDIR)$(PREFIX)/share/bttbench/profiles/
	install -m 644 $(COMPLETION) $(DESTDIR)$(PREFIX)/share/bash-completion/completions/
	install -m 644 $(B)/man3/*.3 $(DESTDIR)$(PREFIX)/share/man/man3/

clean: ## remove all built files
	rm -rf build bttbench

help: ## print this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## /{printf "  make %-13s %s\n", $$1, $$2}' Makefile

-include $(shell find $(B) build/crash build/fuzz build/replay -name '*.d' 2>/dev/null)
