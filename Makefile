# Sellthrough: `make demo` builds the demo retailer, `make test` runs every check, `make help` lists the rest.
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DELETE_ON_ERROR:
.DEFAULT_GOAL := help

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
LINT_VENV := .venv-lint
export DBT_PROFILES_DIR := $(CURDIR)/profiles
export DBT_SEND_ANONYMOUS_USAGE_STATS := false
# threads that spin while they wait take the cores from those that work
export OMP_WAIT_POLICY := passive

PROJECT := dbt_project.yml $(shell find models python_models macros seeds profiles src -type f -not -name '*.pyc' 2>/dev/null)
DEMO_ARGS ?=

# $(call install,venv,requirements): uv where it is there, else the venv's own pip; both check every hash.
define install
	@test -x $(1)/bin/python || { $(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
	  || { echo "Python 3.11 or newer is needed, '$(PYTHON)' is older: call make with PYTHON=/path/to/python3.11"; exit 1; }; \
	  $(PYTHON) -m venv $(1); }
	@if command -v uv >/dev/null 2>&1; then uv pip install --quiet --python $(1)/bin/python --require-hashes -r $(2); \
	  else $(1)/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r $(2); fi
endef

.PHONY: help
help: ## list the targets
	@grep -hE '^[a-z][a-z/-]*:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 14

.PHONY: install
install: $(VENV)/.core ## install what the build needs into .venv, from the lock

$(VENV)/.core: requirements/core.txt pyproject.toml
	@echo "Installing into $(VENV) (a minute with pip, seconds with uv) ..."
	$(call install,$(VENV),requirements/core.txt)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $@

$(VENV)/.test: requirements/test.txt $(VENV)/.core
	@echo "Installing what the tests need ..."
	$(call install,$(VENV),requirements/test.txt)
	@touch $@

$(LINT_VENV)/.lint: requirements/lint.txt
	@echo "Installing the linters into $(LINT_VENV) ..."
	$(call install,$(LINT_VENV),requirements/lint.txt)
	@touch $@

.PHONY: demo
demo: data/demo.built ## install, make the demo retailer's raw data, build everything, show the ten best decisions
	@$(BIN)/python -m sellthrough.show

data/demo.json: $(VENV)/.core $(shell find src/sellthrough/demo -name '*.py' 2>/dev/null)
	@$(BIN)/python -m sellthrough.demo --out data $(DEMO_ARGS)
	@touch $@

# Every mart is tested; keys of what lands are not tested once more, as `dbt build`, `make validate` and `make test` do.
data/demo.built: data/demo.json $(PROJECT)
	@echo "Building the warehouse (about a minute and a half) ..."
	@$(BIN)/dbt --no-use-colors --log-level-file none build \
	  --exclude resource_type:unit_test path:models/staging,resource_type:test \
	  | grep --line-buffered -vE ' START | PASS |^[0-9:]+  *$$'
	@touch $@

.PHONY: build
build: $(VENV)/.core ## dbt build on whatever the vars point at
	$(BIN)/dbt build

$(VENV)/.validate: requirements/validate.txt $(VENV)/.core
	@echo "Installing Great Expectations ..."
	$(call install,$(VENV),requirements/validate.txt)
	@touch $@

$(VENV)/.bench: requirements/bench.txt $(VENV)/.core
	@echo "Installing what bench.peers compares with ..."
	$(call install,$(VENV),requirements/bench.txt)
	@touch $@

.PHONY: bench
bench: $(VENV)/.bench ## install what the benches compare with (mlforecast)

.PHONY: figures
figures: demo ## draw the forecast's accuracy, calibration and value added into docs/figures
	$(BIN)/python -m bench.figures --warehouse data/warehouse.duckdb --out docs/figures

VALIDATE := $(BIN)/python -m sellthrough.trust.validate

# A broken source table is quarantined and told; a broken mart leaves the old publication where it is.
.PHONY: validate
validate: $(VENV)/.validate ## validate what lands, build, validate what leaves, publish data/published/warehouse.duckdb
	@$(VALIDATE) --phase raw
	@$(BIN)/dbt --no-use-colors --log-level-file none build --exclude resource_type:unit_test \
	  | grep --line-buffered -vE ' START | PASS |^[0-9:]+  *$$'
	@kept=0; $(VALIDATE) --phase marts || kept=1; \
	  $(BIN)/dbt --quiet --log-level-file none build --select stg_validation__validation_result+ \
	    --exclude resource_type:unit_test; exit $$kept
	@$(VALIDATE) --phase publish

.PHONY: test
test: $(VENV)/.test $(LINT_VENV)/.lint ## install what tests need and run every check, two at a time
	@$(MAKE) --no-print-directory --jobs 2 --keep-going --output-sync=target test-retailer test-builds lint test-library

# Two halves of about the same length; each builds what its tests share.
BUILDS := tests/python/builds
WHOLE_RETAILER := $(addprefix $(BUILDS)/test_,dbt_server.py end_to_end.py knobs.py orders_alone.py \
  personal_data.py reconciliation.py recovery.py structure.py truth.py)

.PHONY: test-retailer
test-retailer: $(VENV)/.test ## tests on a small retailer that is built whole, and every knob
	@echo "Building a small retailer (some minutes) ..."
	$(BIN)/python -m pytest --durations 15 $(WHOLE_RETAILER)

.PHONY: test-builds
test-builds: $(VENV)/.test ## tests that build very small retailers: bad input, slices, histories, one thread and four
	@echo "Building very small retailers (some minutes) ..."
	$(BIN)/python -m pytest --durations 15 $(addprefix --ignore ,$(WHOLE_RETAILER)) $(BUILDS)

.PHONY: test-library
test-library: $(VENV)/.test ## types, the library, the demo world
	$(BIN)/mypy
	$(BIN)/python -m pytest --ignore $(BUILDS)

.PHONY: faults
faults: $(VENV)/.core ## plant bad data of every kind in copies of a small demo, build, say what became of it
	$(BIN)/python -m sellthrough.faults

# As on a machine where nothing is built: where it is, an incremental model compiles to other lines.
.PHONY: lint
lint: $(VENV)/.test $(LINT_VENV)/.lint ## ruff, sqlfluff and dbt parse without a warning
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/dbt parse --warn-error --no-partial-parse
	SELLTHROUGH_WAREHOUSE=target/lint.duckdb $(LINT_VENV)/bin/sqlfluff lint --processes 1 models snapshots tests

.PHONY: docs
docs: data/demo.built ## the project's documentation as one page, target/static_index.html
	$(BIN)/dbt docs generate --static

.PHONY: lock
lock: ## pin every dependency anew (needs uv)
	uv pip compile pyproject.toml $(LOCK) --output-file requirements/core.txt
	uv pip compile pyproject.toml --extra validate $(LOCK) --constraints requirements/core.txt --output-file requirements/validate.txt
	uv pip compile pyproject.toml --extra bench $(LOCK) --constraints requirements/core.txt --output-file requirements/bench.txt
	uv pip compile pyproject.toml --extra test $(LOCK) --constraints requirements/core.txt --output-file requirements/test.txt
	uv pip compile requirements/lint.in $(LOCK) --output-file requirements/lint.txt

LOCK := --universal --python-version 3.11 --no-emit-index-url --no-strip-extras --generate-hashes --quiet --custom-compile-command 'make lock'

.PHONY: clean
clean: ## remove what was built, keep what was installed
	rm -rf target logs data/raw data/truth data/demo.json data/demo.built data/warehouse.duckdb* data/validation data/published
