# Two commands do everything: `make demo` runs the main job, `make test` passes the tests.
.PHONY: demo test lint browser node bench bench-jsonata fuzz build

demo: ## compile the journeys and replay 18 months of real purchases; the page is out/demo/index.html
	go run ./cmd/senda demo --out out/demo

test: ## everything that needs Go alone
	go vet ./...
	go test ./...

build:
	go build -o bin/senda ./cmd/senda

GOLANGCI = v2.15.0
lint: ## the linter, built from source at its pinned version
	@test -x .tools/golangci-lint-$(GOLANGCI) || { GOBIN=$(CURDIR)/.tools go install github.com/golangci/golangci-lint/v2/cmd/golangci-lint@$(GOLANGCI) && mv .tools/golangci-lint .tools/golangci-lint-$(GOLANGCI); }
	.tools/golangci-lint-$(GOLANGCI) run ./...
