# farmhand's workshop. `make` lists what there is. Go is all that build, rehearse and test need.
#
# Heavy steps run one after the other, since most of them use every core; only side-by-side, where half the work is waiting,
# is made with two jobs.
ifneq ($(MAKECMDGOALS),side-by-side)
.NOTPARALLEL:
endif
.DEFAULT_GOAL := help
SHELL := bash
.SHELLFLAGS := -eu -o pipefail -c

# Farms of `make bench-fleet`, where its Temporal server keeps histories (sqlite or postgres), and a file that gets every turn.
FARMS ?= 100
ENGINE ?= sqlite
SAVE ?=
# How long each fuzz target runs in `make fuzz`: a count, or a time such as 1m. A count ends the same way on a busy machine.
FUZZTIME ?= 500x
# How many fresh seeds `make chaos` runs, the first one (0: one that nobody has seen yet), and a file that gets the table.
RUNS ?= 25
SEED ?= 0
TABLE ?=
# Further arguments of `make bench`.
BENCH ?=
# Further arguments of `starter rehearse`, e.g. make rehearse ARGS="--pace 60".
ARGS ?=

COMMANDS := $(patsubst %/main.go,./%,$(wildcard worker/main.go starter/main.go))
DEVSERVER_SOURCES := $(filter-out %_test.go,$(wildcard devserver/*.go)) devserver/go.mod devserver/go.sum
COLLECTOR_SOURCES := $(filter-out %_test.go,$(wildcard collector/*.go)) collector/go.mod collector/go.sum
PSGATE := tools/psgate

.PHONY: help
help: ## this list
	@awk -F ':.*## ' '/^[a-z0-9-]+:.*## / { printf "  %-14s %s\n", $$1, $$2 }' $(firstword $(MAKEFILE_LIST))

## What a newcomer needs

.PHONY: build
build: bin/devserver commands ## bin/devserver, bin/worker and bin/starter (the first time takes minutes)

.PHONY: rehearse
rehearse: build ## a whole rollout against simulated farms (ARGS="...")
	bin/starter rehearse $(ARGS)

.PHONY: rehearse-fleet
rehearse-fleet: build ## 40 simulated farms in 4 waves over 3 sites, people and a killed worker included; minutes
	go run ./test/fleet

.PHONY: test
test: build ## every test of the main module, one of them with real processes
	go test -timeout 30m ./...

.PHONY: clean
clean: ## remove what was built
	rm -rf bin $(PSGATE)/node_modules

# The Temporal server is a module of its own and slow to link, so it is built again only when its own files change.
bin/devserver: $(DEVSERVER_SOURCES)
	go build -C devserver -ldflags='-s -w' -o ../bin/devserver .

# The OpenTelemetry collector is a module of its own for the same reason. Cold it takes a minute, and nothing but tests and
# deployments needs it.
bin/otelcol: $(COLLECTOR_SOURCES)
	go build -C collector -ldflags='-s -w' -o ../bin/otelcol .

.PHONY: commands
commands:
	$(if $(COMMANDS),go build -o bin/ $(COMMANDS))

## What is given away

# Further arguments of bin/release, e.g. make release RELEASE="-platforms linux/amd64".
RELEASE ?=

.PHONY: release
release: bin/release ## dist/: an archive for each platform, with licenses and bills of materials, and SHA256SUMS (the first time takes many minutes)
	bin/release $(RELEASE)

.PHONY: release-check
release-check: bin/release ## worker and starter, built twice, the second time elsewhere and cold, are the same; minutes
	bin/release -check $(RELEASE)

.PHONY: vulncheck
vulncheck: bin/govulncheck ## known vulnerabilities in what the programs call (needs vuln.go.dev, or VULNDB=file:///a/copy/of/it)
	bin/govulncheck $(if $(VULNDB),-db $(VULNDB)) ./...
	cd devserver && ../bin/govulncheck $(if $(VULNDB),-db $(VULNDB)) ./...

## What a change has to pass

.PHONY: ci
ci: ## everything below: quick verdicts one after the other, then what takes minutes, two at a time
	$(MAKE) tidy-check build bin/otelcol lint workflowcheck licenses alerts psgate compose-check
	$(MAKE) --jobs=2 --output-sync=target side-by-side

# What is built must be there by now: two of these at once would build it twice.
.PHONY: side-by-side
side-by-side: chaos-e2e race chaos-ci test-production test-devserver foreign fuzz

.PHONY: tidy-check
tidy-check: ## the go.mod files are tidy
	go mod tidy -diff
	go -C devserver mod tidy -diff
	go -C tools mod tidy -diff
	go -C tools/compose mod tidy -diff
	go -C tools/release mod tidy -diff
# -e: the tests of one of the collector's components want a module that the proxy does not have. They are not ours to run.
	go -C collector mod tidy -e -diff

.PHONY: lint
lint: bin/golangci-lint ## golangci-lint with the rules of .golangci.yml
	bin/golangci-lint run ./...
	cd devserver && ../bin/golangci-lint run ./...
	go vet -C collector ./...
	cd tools/compose && ../../bin/golangci-lint run ./...
	cd tools/release && ../../bin/golangci-lint run ./...

.PHONY: schema
schema: ## config/schema anew: the keys of rollout, release and settings files, for editors
	go test -count=1 -run '^TestSchemas$$' ./docs -update

.PHONY: manual
manual: ## docs/commands anew: every command and flag, from the programs
	go test -count=1 -run '^TestManual$$' ./starter ./worker -update
	go test -C devserver -count=1 -run '^TestManual$$' . -update

.PHONY: workflowcheck
workflowcheck: bin/workflowcheck ## workflow code is deterministic
	bin/workflowcheck -config workflowcheck.config.yaml ./workflows/...

# Not under the race detector: rehearsals, which take many minutes with it, and tests whose work is done by real processes,
# which are built without it. All of them run in `make test` or `make chaos-e2e`. -short: property tests draw a
# fifth of their cases, for the detector looks at how goroutines meet and not at what is drawn. Two tests that play many
# whole updates in the one goroutine of Temporal's test environment are left to `make test`.
WITHOUT_RACE := /test/(rehearsals|e2e|secrets|temporal)$$

.PHONY: race
race: build ## the tests of the main module under the race detector
	go test -race -short -skip '^(TestNothingChangesOutsideAWindow|TestEventsOfARollout)$$' -timeout 30m $$(go list ./... | grep -Ev '$(WITHOUT_RACE)')

.PHONY: licenses
licenses: bin/release ## the programs may be linked with what they are linked with; the tests of tools/release
	go test -C tools/release ./...
	bin/release -licenses

.PHONY: alerts
alerts: ## Prometheus takes its configuration, and each alert fires when it should (needs promtool)
	promtool check config deploy/prometheus/prometheus.yml
	promtool test rules deploy/prometheus/rules_test.yml

.PHONY: replay
replay: ## recorded histories replay with today's workflow code
	go test -count=1 -run 'Replay' ./workflows/...

.PHONY: record
record: build ## record the histories of the next release anew (workflows/testdata/histories/README.md)
	FARMHAND_RECORD=1 go test -count=1 -timeout 15m -run '^TestRecordHistories$$' ./workflows

# Real processes that mostly wait: all of them at once.
WHOLE_SYSTEM := ./test/e2e ./test/temporal ./test/telemetry ./test/fleet

.PHONY: chaos-e2e
chaos-e2e: build bin/otelcol ## whole-system tests that make test leaves out: processes killed, servers rebooted
	seen=$$(go test -list '^Test' $(WHOLE_SYSTEM) | grep '^Test' | paste -sd '|'); \
	go test -p 4 -timeout 30m -tags e2e -skip "^($$seen)$$" $(WHOLE_SYSTEM)

.PHONY: chaos
chaos: build ## random farms, faults and kills, judged from outside (RUNS=500 SEED=1); a failing seed replays (SEED=n RUNS=1)
	go run ./test/chaos -runs $(RUNS) -seed $(SEED) $(if $(PLAIN),-plain) $(if $(TABLE),-table $(TABLE))

.PHONY: chaos-ci
chaos-ci: build ## past offenders, RUNS fresh seeds, and the broken workers that the judge must catch
	go run ./test/chaos -runs $(RUNS) -seed $(SEED) -offenders test/chaos/offenders.txt
	go test -tags chaos -count=1 -timeout 30m ./test/chaos/mutants
	go test -tags chaos -count=1 -timeout 15m -run IsCaught ./test/secrets

.PHONY: bench
bench: build ## farmhand beside its peers, in one run (docs/benchmarks.md); wants ansible, python3-winrm, freetds-bin (BENCH="-only winrm -n 9")
	go build -o bin/bench ./test/bench
	bin/bench $(BENCH)

.PHONY: foreign
foreign: build ## the simulator against clients that are not ours (pywinrm, Ansible, FreeTDS, curl), and logons with a real KDC
	go test -tags foreign ./test/foreign/... ./test/kerberos/...

.PHONY: bench-fleet
bench-fleet: build $(if $(filter postgres,$(ENGINE)),bin/temporal-server bin/temporal-sql-tool) ## what FARMS farms cost the engine, beside a floor program (ENGINE=postgres)
	go run ./test/bench/fleet -farms $(FARMS) -engine $(ENGINE) $(if $(SAVE),-save $(SAVE))

.PHONY: fuzz
fuzz: ## every fuzz target for FUZZTIME
	work=$$(mktemp -d); trap 'rm -rf "$$work"' EXIT; \
	files=$$(go list -f '{{.Dir}}' ./... | xargs grep -ls '^func Fuzz' -r --include='*_test.go'); \
	for package in $$(xargs -n1 dirname <<< "$$files" | sort -u); do \
		go test -c -fuzz . -o "$$work/fuzz.test" "$$package"; \
		cd "$$package"; \
		found=$$(go env GOCACHE)/fuzz/$$(go list); \
		for target in $$("$$work/fuzz.test" -test.list '^Fuzz'); do \
			echo "== $${package#$(CURDIR)/} $$target"; \
			"$$work/fuzz.test" -test.run '^$$' -test.fuzz "^$$target\$$" -test.fuzztime $(FUZZTIME) -test.fuzzminimizetime 20x -test.fuzzcachedir "$$found"; \
		done; \
	done

.PHONY: psgate
psgate: $(PSGATE)/node_modules/.package-lock.json ## the scripts are PowerShell 2.0 and read only what they may (needs Node.js)
	npm --prefix $(PSGATE) test
	npm --prefix $(PSGATE) run check

.PHONY: compose-check
compose-check: ## docker-compose.yml is what the Compose specification allows, and closed (also Debian's docker-compose, where it is)
	go vet -C tools/compose ./...
	go test -C tools/compose ./...
	if command -v docker-compose > /dev/null; then docker-compose --profile rehearsal config --quiet; fi

.PHONY: test-production
test-production: commands bin/otelcol bin/temporal-server bin/temporal-sql-tool bin/temporal-ui bin/compose ## the services of docker-compose.yml as processes, one rollout on them, and kills (wants PostgreSQL and Prometheus)
	go test -count=1 -tags production -timeout 15m ./test/production

.PHONY: test-devserver
test-devserver: ## the development server's own tests
	go vet -C devserver ./...
	go test -C devserver ./...

# The programs of the images temporalio/server, temporalio/admin-tools and temporalio/ui, at the same versions.
bin/temporal-server: devserver/go.mod devserver/go.sum
	go build -C devserver -ldflags='-s -w' -o ../$@ go.temporal.io/server/cmd/server

bin/temporal-sql-tool: devserver/go.mod devserver/go.sum
	go build -C devserver -ldflags='-s -w' -o ../$@ go.temporal.io/server/cmd/tools/sql

bin/temporal-ui: devserver/go.mod devserver/go.sum
	go build -C devserver -ldflags='-s -w' -o ../$@ github.com/temporalio/ui-server/v2/cmd/server

bin/compose: $(wildcard tools/compose/*.go) tools/compose/go.mod tools/compose/go.sum
	go build -C tools/compose -o ../../$@ .

bin/release: $(wildcard tools/release/*.go) tools/release/go.mod tools/release/go.sum
	go build -C tools/release -o ../../$@ .

# The tools are pinned in tools/go.mod and built once.
bin/golangci-lint: tools/go.mod tools/go.sum
	go build -C tools -ldflags='-s -w' -o ../$@ github.com/golangci/golangci-lint/v2/cmd/golangci-lint

bin/govulncheck: tools/go.mod tools/go.sum
	go build -C tools -ldflags='-s -w' -o ../$@ golang.org/x/vuln/cmd/govulncheck

bin/workflowcheck: tools/go.mod tools/go.sum
	go build -C tools -ldflags='-s -w' -o ../$@ go.temporal.io/sdk/contrib/tools/workflowcheck

$(PSGATE)/node_modules/.package-lock.json: $(PSGATE)/package-lock.json
	npm --prefix $(PSGATE) ci --ignore-scripts --no-audit --no-fund
