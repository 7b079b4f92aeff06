# make demo and make test are all a newcomer needs. Each installs what is missing (Debian bookworm,
# root or sudo), builds the release preset and runs. make help lists the rest.

PRESET ?= release
JOBS   ?= $(shell nproc)
BUILD  := build/$(PRESET)

# make demo
DATA   ?= ../shared/data/heart
SEED   ?=
ROUNDS ?=
PATIENT ?=
KEEP   ?= 0
export DATA SEED ROUNDS PATIENT KEEP

.DEFAULT_GOAL := help
.PHONY: help demo demo-stop test bench build configure dependencies format format-check tidy headers asan tsan \
        container clean

help:                 ## This list
	@sed -n 's/^\([a-z-]*\):[^#]*##[ ]*\(.*\)/  make \1\t\2/p' $(MAKEFILE_LIST) | expand -t 24
	@echo
	@echo '  Settings: DATA=folder SEED=n ROUNDS=n PATIENT=n KEEP=1 (demo)   PRESET=release|dev (build, test)   JOBS=n'

demo: configure       ## Four hospitals train together, then a clinician consults; KEEP=1 leaves it running
	@echo 'Building consiliumd and consilium; the first time takes some minutes.'
	@[ -t 1 ] && quiet= || quiet=--quiet; ninja -C $(BUILD) -j $(JOBS) $$quiet consiliumd consilium
	@deploy/demo.sh $(BUILD)/bin

demo-stop:            ## Stop what make demo KEEP=1 left running
	@deploy/demo.sh --stop

test: build           ## Every test
	ctest --preset $(PRESET) -j $(JOBS)

bench: build          ## Measure speed against the floor and the peers
	bench/run.sh $(BUILD)/bin

build: configure      ## Build everything
	ninja -C $(BUILD) -j $(JOBS)

configure: dependencies
	@cmake --preset $(PRESET) >$(BUILD).configure.log 2>&1 || { cat $(BUILD).configure.log; exit 1; }

dependencies:
	@deploy/install-dependencies.sh
	@mkdir -p $(dir $(BUILD))

format:               ## Lay out the C++ sources
	@deploy/install-dependencies.sh --dev
	git ls-files -z '*.h' '*.cc' | xargs -0 -r clang-format -i

format-check:         ## Say which sources format would change
	.ci/format

tidy:                 ## clang-tidy and thread-safety analysis
	.ci/tidy

headers: configure    ## Compile each header alone
	ninja -C $(BUILD) -j $(JOBS) consilium_headers

asan:                 ## Every test under the address and undefined-behaviour sanitizers
	.ci/asan

tsan:                 ## What links no gRPC under the thread sanitizer
	.ci/tsan

container:            ## Build the image and run deploy/compose.yaml for real (needs Docker, or root to install it)
	CONSILIUM_CONTAINER_TEST=1 tests/system/container_test.sh

clean:                ## Remove what was built and what the demo wrote
	rm -rf build var
