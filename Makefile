# SPDX-License-Identifier: MIT
# What one does with Matchmaker. It needs Python 3.11 or newer and make; nothing else.

PYTHON ?= python3
PORT ?= 8000
VENV := .venv
BIN := $(VENV)/bin
ARGS ?=
.DEFAULT_GOAL := help
.PHONY: help install install-dev demo test lint lock bench shots messages clean python-ok

help: ## Show this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## /{printf "  make %-10s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

python-ok:
	@command -v $(PYTHON) >/dev/null || { echo "Matchmaker needs Python 3.11 or newer, and '$(PYTHON)' was not found. Install it, or say which: make PYTHON=/path/to/python"; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Matchmaker needs Python 3.11 or newer, and '$(PYTHON)' is $$($(PYTHON) -V). Say which to use: make PYTHON=python3.12"; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || { echo "Python's venv module is missing. On Debian and Ubuntu: apt install python3-venv"; exit 1; }

# A lock is installed again only when it changed.
$(VENV)/core.stamp: requirements/core.txt | python-ok
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@echo "Installing the locked packages …"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/core.txt
	@touch $@

$(VENV)/dev.stamp: requirements/dev.txt pyproject.toml | python-ok
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@echo "Installing the locked packages for tests …"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/dev.txt
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $@ $(VENV)/core.stamp

install: $(VENV)/core.stamp ## Create .venv and install what the application needs

install-dev: $(VENV)/dev.stamp

demo: $(VENV)/core.stamp ## Fill a demo and serve it: http://127.0.0.1:8000 (PORT=…, ARGS=--reset)
	@PORT=$(PORT) $(BIN)/python -m matchmaker demo $(ARGS)

test: $(VENV)/dev.stamp lint ## Run all checks and tests (ARGS='-k word')
	@$(BIN)/python -m pytest -n 2 --dist loadfile $(ARGS)

lint: $(VENV)/dev.stamp ## Style, types, layers and templates
	@$(BIN)/ruff check . && $(BIN)/ruff format --check --quiet .
	@$(BIN)/mypy
	@$(BIN)/lint-imports --no-cache
	@$(BIN)/djlint --quiet --lint templates

lock: $(VENV)/dev.stamp ## Write requirements/*.txt anew from pyproject.toml
	@$(BIN)/python tools/lock.py $(BIN)/uv

bench: $(VENV)/dev.stamp ## Print the measurements that the documents quote
	@for file in benchmarks/*.py; do echo "== $$file"; $(BIN)/python $$file || exit 1; done

shots: $(VENV)/dev.stamp ## Picture every page: phone and desktop, light and dark, into shots/
	@$(BIN)/python tools/shots.py $(ARGS)

messages: $(VENV)/dev.stamp ## Collect sentences for the translators into matchmaker/translations
	@$(BIN)/python tools/messages.py

clean: ## Remove what can be made again (the demo's data too)
	rm -rf $(VENV) .mypy_cache .ruff_cache .hypothesis .coverage htmlcov dist instance/demo shots
