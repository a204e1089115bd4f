# Every verb a person needs. `make` alone lists them.
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.NOTPARALLEL:
SHELL := /bin/bash
.PHONY: help up setup build models models-starter deploy status logs key stop remove podman dev doctor check verify \
        manifests test unit-test integration-test seccomp-record test-vm vm bench-ai bench-check bench-hardening \
        gpu-smoke format

TSX := node --import tsx
SERVICES := base orchestrator ai-services data-processor
PACKAGES := node_modules/.package-lock.json
NPM_CI := npm ci --ignore-scripts --no-audit --no-fund --loglevel=error

help: ## show this list
	@echo 'Ai-semble: a private AI platform in one rootless pod.'; echo
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{ printf "  make %-18s %s\n", $$1, $$2 }'

up: setup build models-starter deploy ## everything: prepare, build, start, wait until it answers on port 8080

setup: $(PACKAGES) ## prepare this machine: packages, account, podman, network, volumes, secrets
	@$(TSX) scripts/setup.ts

build: $(PACKAGES) ## build the images whose sources changed
	@$(TSX) scripts/build.ts

models: $(PACKAGES) ## list, pull, remove, verify, import, export models (ARGS='pull hf://org/repo')
	@$(TSX) scripts/models.ts $(ARGS)

models-starter: $(PACKAGES) ## put the starter models into the models volume
	@$(TSX) scripts/models.ts starter

deploy: $(PACKAGES) ## start the pod through systemd or podman kube play (BIND=ADDRESS PORT=PORT WAIT=SECONDS)
	@$(TSX) scripts/deploy.ts

status: $(PACKAGES) ## show each service and whether it is ready
	@$(TSX) scripts/status.ts

logs: $(PACKAGES) ## all services' logs, interleaved (ARGS='--service llm --level warn --follow')
	@$(TSX) scripts/logs.ts $(ARGS)

key: $(PACKAGES) ## print the API key
	@$(TSX) scripts/key.ts

stop: $(PACKAGES) ## stop the pod
	@$(TSX) scripts/stop.ts

remove: $(PACKAGES) ## remove pod, units, images, network; DATA=1 also volumes, keys and account
	@$(TSX) scripts/remove.ts $(if $(DATA),--data)

podman: $(PACKAGES) ## the platform's own podman (ARGS='exec -it ai-semble-orchestrator /bin/bash')
	@$(TSX) scripts/podman.ts $(ARGS)

dev: $(PACKAGES) ## the pod with the sources mounted and hot reload, on port 8090
	@$(TSX) scripts/dev.ts

doctor: $(PACKAGES) ## what on this machine helps or hinders, with the exact fix
	@$(TSX) scripts/doctor.ts

gpu-smoke: $(PACKAGES) ## prove that language models compute on the GPU, locked down (ARGS='--json')
	@$(TSX) scripts/gpu-smoke.ts $(ARGS)

manifests: $(PACKAGES) ## render pods/, quadlets/, security/seccomp/ and docs/rules.md from their sources
	@$(TSX) scripts/manifests.ts

check: $(PACKAGES) ## conformance checks, without podman (ARGS='--format sarif FILE…'; docs/checks.md)
	@$(TSX) scripts/manifests.ts --check
	@$(TSX) checks/main.ts $(ARGS)

verify: $(PACKAGES) ## prove on the running pod what is promised of it (ARGS='--controls'; docs/security.md)
	@$(TSX) scripts/verify.ts $(ARGS)

test: setup modules ## every test: types, lint, units (host and images), integration; ARGS=--machine adds test-vm
	@$(TSX) scripts/test.ts $(ARGS)

unit-test: modules ## the unit tests on the host alone
	@$(TSX) scripts/test.ts --only units

integration-test: setup ## the system tests on a throw-away pod beside the live one
	@$(TSX) scripts/build.ts
	@$(TSX) scripts/integration-test.ts $(ARGS)

seccomp-record: setup ## record what the services call, compare their seccomp profiles with it (ARGS=--write keeps it)
	@$(TSX) scripts/build.ts
	@$(TSX) scripts/seccomp-record.ts $(ARGS)

vm: $(PACKAGES) ## a virtual machine with systemd and SELinux enforcing (ARGS=ssh, reset, stop; docs/machine.md)
	@$(TSX) scripts/vm.ts $(ARGS)

test-vm: setup ## Ai-semble as its users run it, in that machine
	@$(TSX) scripts/build.ts
	@$(TSX) scripts/test-vm.ts $(ARGS)

bench-ai: setup ## measure the AI services: through the gateway over going without it
	@$(TSX) scripts/build.ts
	@$(TSX) scripts/bench-ai.ts $(ARGS)

bench-check: setup ## measure the conformance checks beside podman's own Quadlet generator
	@$(TSX) scripts/bench-check.ts $(ARGS)

bench-hardening: setup ## measure the services with all hardening over the same pod without any
	@$(TSX) scripts/build.ts
	@$(TSX) scripts/bench-hardening.ts $(ARGS)

format: $(PACKAGES) ## format the sources
	@node_modules/.bin/biome check --write .

# What the scripts need; the services' own packages are only for types and unit tests on the host. npm writes the
# hidden lockfile last: a folder that was left half-way lacks it.
$(PACKAGES): package-lock.json | execmem
	@command -v npm >/dev/null || { echo 'error: npm is missing; install Node.js 20.19 or newer'; exit 3; }
	@$(NPM_CI) && touch $@

# Every verb begins here, where Node can still not be asked: it aborts where SELinux lets no program make code.
.PHONY: execmem
execmem:
	@[ "$$(cat /sys/fs/selinux/{enforce,booleans/allow_execmem} 2>/dev/null | tr -d '\0')" != '10 0' ] || \
	  { echo 'error: SELinux lets Node.js compile nothing here'; echo '  fix: sudo setsebool -P allow_execmem 1'; exit 3; } >&2

modules: $(PACKAGES) $(SERVICES:%=containers/%/$(PACKAGES))
.PHONY: modules

containers/%/$(PACKAGES): containers/%/package-lock.json
	@cd containers/$* && $(NPM_CI) --omit=dev && touch $(PACKAGES)
