# make run | test | test-slow | check | audit | fuzz | soak | bench | papers | screenshots. All of them make .venv first;
# nothing is installed elsewhere.
PYTHON ?= python3
PORT ?= 3000
FUZZ_EXAMPLES ?= 3000
VENV := .venv
BIN := $(VENV)/bin

.PHONY: run test test-slow check audit fuzz soak bench papers screenshots
.DEFAULT_GOAL := run

run: $(VENV)/.runtime
	@exec $(BIN)/python -m sandbox --port $(PORT)

# Four at once also on two cores: half of a test's time is waiting for a process, a retry or a browser.
test: $(VENV)/.tools
	@$(BIN)/python -m pytest -n 4 --dist worksteal

# Finds tests that look for an outcome too early; takes several times as long.
test-slow: $(VENV)/.tools
	@$(BIN)/python -m pytest -n 4 --dist worksteal --slow-world

check: $(VENV)/.tools
	@$(BIN)/ruff format --check .
	@$(BIN)/ruff check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports --no-cache

audit: $(VENV)/.tools
	@$(BIN)/python -m tests.audit

fuzz: $(VENV)/.tools
	@FUZZ_EXAMPLES=$(FUZZ_EXAMPLES) $(BIN)/python -m pytest -n0 tests/security/test_fuzzing.py

# Orders of five numbers, killed at every call they make, on SQLite and PostgreSQL; takes minutes.
soak: $(VENV)/.tools
	@$(BIN)/python -m tests.soak

bench: $(VENV)/.tools
	@$(BIN)/python -m tests.bench

# The targets that the papers name and that take minutes, at a small size.
papers: $(VENV)/.tools
	@$(BIN)/python -m pytest -n0 tests/docs/slow_targets.py

screenshots: $(VENV)/.tools
	@$(BIN)/python -m tests.docs.screenshots
	@$(BIN)/python -m tests.docs.tour

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1 || \
	  { echo "This needs Python 3.11 or newer and a working \"$(PYTHON)\"; name another with: make PYTHON=python3.12" >&2; exit 1; }
	@echo "Making $(VENV) ..."
	@$(PYTHON) -m venv $(VENV) || { rm -rf $(VENV); \
	  echo "Python's venv module is missing; on Debian and Ubuntu: apt install python3-venv" >&2; exit 1; }

$(VENV)/.runtime: requirements.txt | $(BIN)/python
	@echo "Installing the pinned packages ..."
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements.txt
	@touch $@

$(VENV)/.tools: tests/requirements.txt $(VENV)/.runtime
	@echo "Installing the test tools ..."
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -r tests/requirements.txt
	@touch $@
