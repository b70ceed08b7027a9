# Two commands do everything: `make demo` runs the main job, `make test` passes the tests.
# Both need Go alone. The others check with a second pair of eyes or measure.
.PHONY: demo test build lint goldens conformance machines expressions mails pages fuzz up down it faults infra template functions synth deploy destroy \
	bench bench-journey bench-lifetime bench-jsonata bench-choose bench-functions bench-public bench-cost help

# Tools are built from source at these versions and kept between checkouts.
TOOLS ?= $(HOME)/.cache/senda-tools
GOLANGCI = v2.15.0

demo: ## compile the journeys and replay 18 months of real purchases; look at out/demo/index.html
	go run ./cmd/senda demo --out out/demo

# infra alone needs the CDK, which is large: its tests are make infra.
PACKAGES = $(shell go list -find ./... | grep -v '/infra')
test: ## every test that needs Go alone
	go vet $(PACKAGES)
	go test $(PACKAGES)

build: ## the command line as bin/senda
	go build -trimpath -o bin/senda ./cmd/senda

lint: $(TOOLS)/golangci-lint-$(GOLANGCI) ## the linter
	$< run ./...

$(TOOLS)/golangci-lint-$(GOLANGCI):
	mkdir -p $(TOOLS)
	GOBIN=$(TOOLS) GOFLAGS= go install github.com/golangci/golangci-lint/v2/cmd/golangci-lint@$(GOLANGCI)
	mv $(TOOLS)/golangci-lint $@

GOLDEN = $(shell grep -rl 'golden\.Run\|golden\.Update' --include='*_test.go' . | xargs -n1 dirname | sort -u)
goldens: ## rewrite every golden; a change that git sees is a change that nobody looked at
	go test $(GOLDEN) -update

conformance: ## recorded executions of Step Functions, and our own from its pages, against the interpreter
	go run ./internal/interp/conformance internal/interp/testdata/aws/*.jsonl internal/interp/testdata/own/*.jsonl

machines: ## npm asl-validator on every compiled machine (needs Node)
	scripts/check-machines.sh

expressions: ## generated expressions beside npm jsonata 2.0.6 (needs Node); COUNT says how many
	npm ci --silent --no-audit --no-fund --prefix internal/jsonata/oracle
	go test -count=1 -tags oracle ./internal/jsonata/oracle -exprs $(or $(COUNT),5000)

mails: ## axe and the width of every mail of the shop in a browser, light and dark (needs chromium and Node)
	go run ./cmd/senda test --mails out/shown
	scripts/check-mails.sh 'out/shown/*.html'

pages: ## axe, width and buttons of the public pages in a browser (needs chromium and Node)
	scripts/check-pages.sh

up: ## start the emulator of AWS, with Docker or without (Python 3.11, a JDK, Maven)
	localstack/up.sh

down: ## end it
	localstack/down.sh

it: ## deploy the templates to the emulator and play every scenario there; IT=PATTERN for some tests of localstack/it
	scripts/it.sh $(IT)

faults: ## the same deployment, with its parts broken one after the other; the adapters on the emulator
	scripts/it.sh --faults

infra: ## what the templates must say (needs Node)
	go test -tags infra ./infra/...

template: ## the templates, and what cdk-nag and cfn-lint say of them (needs Node, Python)
	scripts/check-template.sh

functions: ## the functions as they are deployed, under out/deploy
	scripts/build-functions.sh out/deploy

synth: ## check, compile, build, synth: out/deploy and out/cdk
	scripts/synth.sh

deploy: ## to the account of the AWS_* variables: says what would change, asks, deploys
	scripts/deploy.sh $(if $(YES),--yes)

destroy: synth ## take the stack of journeys away; tables, bundles, consent log and key stay
	scripts/cdk.sh --app bin/infra --output out/cdk destroy $(or $(SENDA_STACK),SendaJourneys)

fuzz: ## every fuzz target for FUZZTIME each (10s, or 2000x inputs)
	scripts/fuzz.sh $(or $(FUZZTIME),10s)

bench: bench-journey bench-lifetime bench-choose bench-jsonata bench-functions bench-public ## every figure, with its peer in the same run

bench-journey: ## G1
	scripts/bench-journey.sh

bench-lifetime: ## G4, G5
	scripts/bench-lifetime.sh $(SENDA_CDNOW_MASTER)

bench-choose: ## G6
	go test -run '^$$' -bench Choose -benchtime 2s ./internal/bandit ./internal/choose

bench-jsonata: ## expressions beside another library
	go test -run '^$$' -bench Jsonata -benchmem ./internal/jsonata

bench-functions: ## G8
	scripts/bench-functions.sh

bench-public: ## G13
	go test -run '^$$' -bench Public -benchtime 2s ./internal/public

bench-cost: ## G9, on the emulator
	scripts/bench-cost.sh

help: ## this list
	@grep -E '^[a-z-]+:.*##' Makefile | sed 's/:.*## /\t/' | expand -t 18
