# SPDX-License-Identifier: GPL-3.0-or-later
# A thin front for Meson: what is missing is installed, what is not configured is configured.
#   make demo          build winset and analyze the example case
#   make build         build/winset
#   make test          run every test; ends with the line "N passed, N failed, N skipped"
#   make install       into PREFIX (/usr/local), below DESTDIR
#   make bench         run the benchmarks; bench-build only builds them
BUILD ?= build
PREFIX ?= /usr/local
DESTDIR ?=
DEMO_CASE = examples/us-japan-1994/case.yaml
JOBS ?= $(shell nproc)

.PHONY: all build demo test install bench bench-build packages test-packages clean

all: build

packages:
	@scripts/install-packages packages/build.txt

test-packages:
	@scripts/install-packages packages/build.txt packages/test.txt

build: packages
	@scripts/configure '$(BUILD)'
	@scripts/build '$(BUILD)' $(JOBS) winset

demo: build
	@'$(BUILD)/winset' analyze $(DEMO_CASE)

test: test-packages
	@scripts/configure '$(BUILD)' -Dtests=enabled
	@scripts/run-tests '$(BUILD)' -j $(JOBS)

install: packages
	@scripts/configure '$(BUILD)' -Dprefix='$(PREFIX)'
	@scripts/build '$(BUILD)' $(JOBS)
	@DESTDIR='$(DESTDIR)' meson install -C '$(BUILD)' --no-rebuild --quiet

bench-build: packages
	@scripts/configure '$(BUILD)' -Dbench=enabled
	@scripts/build '$(BUILD)' $(JOBS)

bench: bench-build
	@scripts/run-bench '$(BUILD)'

clean:
	@rm -rf '$(BUILD)'
