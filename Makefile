# Everything is done inside .venv; the only things asked of the machine are Python 3.11 or newer, and make.

VENV   := .venv
BIN    := $(VENV)/bin
PIP    := $(BIN)/python -m pip --disable-pip-version-check --no-input
COUNT  ?=
CORPUS ?= ../shared/data
PYTHON ?= $(shell for p in python3 python3.14 python3.13 python3.12 python3.11; do \
	$$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$p && break; done)

.PHONY: run test bench conformance faults check docs assets clean-demo lock help

help: ## this list
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## (.*)/\1|\2/' \
		| awk -F'|' '{printf "  make %-12s %s\n", $$1, $$2}'

run: $(VENV)/.run ## start everything with the demo brand (LAN=1: also for a phone in the same network; PORT=n)
	@$(BIN)/wayproof run $(if $(LAN),--lan) $(if $(PORT),--port $(PORT))

test: $(VENV)/.dev ## the whole suite; what the machine lacks is skipped and listed (STRICT=1: a skip is a failure)
	@STRICT=$(STRICT) $(BIN)/pytest -n 2 --dist loadgroup $(ARGS)

bench: $(VENV)/.dev ## the figures, each beside what it is measured against (ONLY=name...); writes var/bench.json
	@$(BIN)/python -m bench $(ONLY)

conformance: $(VENV)/.dev ## the suites of CORPUS=folder; writes var/conformance.json
	@$(BIN)/python -m tests.conformance $(CORPUS)

faults: $(VENV)/.dev ## break everything on purpose, COUNT=n times each; counts what was lost; writes var/faults.json
	@$(BIN)/python -m tests.faults $(if $(COUNT),--count $(COUNT))

check: $(VENV)/.dev ## format, lint, types, the house, and that no lock file names an address
	@$(BIN)/ruff format --check .
	@$(BIN)/ruff check .
	@$(BIN)/mypy
	@$(BIN)/pytest tests/test_house.py

docs: $(VENV)/.dev ## the reference (commands, settings, OpenAPI) into var/docs; a dead link is a failure
	@$(BIN)/python -m docs.build

assets: $(VENV)/.run ## third-party scripts of the staff pages, by npm; every page works without
	@$(BIN)/python assets/fetch.py

clean-demo: ## forget the demo: its database, keys and mailbox
	@$(if $(wildcard $(BIN)/python),$(BIN)/python -m app.demo.clean,true)

lock: $(VENV)/.dev ## write the lock files anew, with hashes and without an address
	@echo 'setuptools>=77' | $(BIN)/uv pip compile -q --universal --generate-hashes --python-version 3.11 \
		--no-emit-index-url --no-annotate --no-header - -o requirements/build.txt
	@$(BIN)/uv pip compile -q --universal --generate-hashes --python-version 3.11 --no-emit-index-url \
		--no-annotate --no-header pyproject.toml --extra demo -o requirements/run.txt
	@$(BIN)/uv pip compile -q --universal --generate-hashes --python-version 3.11 --no-emit-index-url \
		--no-annotate --no-header pyproject.toml --extra dev -o requirements/dev.txt

# A stamp stands for "what this lock file says is installed", so a second `make run` installs nothing.

$(VENV)/.made:
	@test -n "$(PYTHON)" || { echo 'Wayproof needs Python 3.11 or newer; give it as make PYTHON=/path/to/python3' >&2; exit 1; }
	@echo 'Making an environment in $(VENV) ...'
	@$(PYTHON) -m venv $(VENV) || { rm -rf $(VENV); \
		echo 'This Python cannot make environments; on Debian: apt-get install python3-venv' >&2; exit 1; }
	@touch $@

$(VENV)/.build: requirements/build.txt | $(VENV)/.made
	@$(PIP) install -qq --require-hashes -r requirements/build.txt
	@touch $@

$(VENV)/.run: requirements/run.txt pyproject.toml | $(VENV)/.build
	@echo 'Installing what requirements/run.txt says (about a minute, once) ...'
	@$(PIP) install -qq --require-hashes -r requirements/run.txt
	@$(PIP) install -qq --no-deps --no-build-isolation --no-index -e .
	@touch $@

$(VENV)/.dev: requirements/dev.txt pyproject.toml | $(VENV)/.build
	@echo 'Installing what requirements/dev.txt says (about two minutes, once) ...'
	@$(PIP) install -qq --require-hashes -r requirements/dev.txt
	@$(PIP) install -qq --no-deps --no-build-isolation --no-index -e .
	@touch $@
