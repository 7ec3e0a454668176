# The two commands of the README are `make demo` and `make test`; `make help` lists the rest.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
# Tests run side by side: most of their time is waiting.
WORKERS ?= 2
STAMP := $(VENV)/.installed
LAB := $(VENV)/.lab
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check --no-compile

SHELL := /bin/bash
.DEFAULT_GOAL := help
.PHONY: help reference demo test check lint types imports unit docs bench bench-tls bench-content lock clean prerequisites servers

help: ## list the targets
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/\1\t\2/p' $(MAKEFILE_LIST) | expand -t 14

prerequisites:
	@command -v $(PYTHON) >/dev/null || { echo "missing: python3 (Debian: python3-venv)"; exit 2; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "missing: Python 3.11 or newer ($$($(PYTHON) --version) found; set PYTHON=)"; exit 2; }
	@$(PYTHON) -c 'import venv, ensurepip' 2>/dev/null || { echo "missing: the venv module (Debian: python3-venv)"; exit 2; }

# What the demo needs is enough to see the first verdict soon; the tests add their tools.
$(LAB): requirements/lab.txt pyproject.toml | prerequisites
	@echo "setting up $(VENV)" >&2
	@$(PYTHON) -m venv $(VENV)
	@$(PIP) --require-hashes --requirement requirements/lab.txt
	@$(PIP) --no-deps --no-build-isolation --editable .
	@touch $(LAB)

$(STAMP): $(LAB) requirements/dev.txt
	@echo "adding the test tools" >&2
	@$(PIP) --require-hashes --requirement requirements/dev.txt
	@touch $(STAMP)

demo: $(LAB) ## the main job on ten small shops of our own (DEMO=once ends by itself)
	@$(BIN)/python -m tests.shops.demo $(if $(filter once,$(DEMO)),--once)

servers:
	@tests/servers.sh

test: servers $(STAMP) check unit ## every gate and every test (root: installs the real servers first)

check: $(STAMP) lint types imports docs ## the gates without the tests

lint: $(STAMP) ## ruff, codespell, deptry
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/codespell
	$(BIN)/deptry .

types: $(STAMP) ## mypy, strict
	$(BIN)/mypy monitor scanners tests benchmarks dashboards docs

imports: $(STAMP) ## the layers
	$(BIN)/lint-imports

docs: $(STAMP) ## generated pages are what the code says
	$(BIN)/python -m docs.generate --check

unit: $(STAMP) ## the tests, with branch coverage of the inner packages
	@mkdir -p .build
	$(BIN)/python -m coverage erase
	set -o pipefail; $(BIN)/python -m coverage run -m pytest -n $(WORKERS) tests/unit tests/contract 2>&1 | tee .build/pytest.txt
	@$(BIN)/python -m coverage combine --quiet
	@$(BIN)/python -m coverage report --include='monitor/domain/*,monitor/policy/*,monitor/services/*' --fail-under=100
	set -o pipefail; $(BIN)/python -m pytest -n $(WORKERS) --dist loadfile tests/integration tests/acceptance 2>&1 | tee .build/pytest-servers.txt
	@tail -n 1 .build/pytest.txt .build/pytest-servers.txt

reference: $(STAMP) ## write docs/reference from the code
	$(BIN)/python -m docs.generate

bench: $(STAMP) ## figures, written to docs/benchmarks.md
	$(BIN)/python -m benchmarks.bench_fleet

bench-tls: $(STAMP) ## TLS scanners side by side, written to docs/benchmarks.md
	$(BIN)/python -m benchmarks.bench_tls

bench-content: $(STAMP) ## content scans beside plain readers, printed
	$(BIN)/python -m benchmarks.content

lock: $(STAMP) ## compile the hashed requirement files anew
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header --no-annotate --no-emit-index-url pyproject.toml --all-extras --output-file requirements/dev.txt
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header --no-annotate --no-emit-index-url pyproject.toml --extra postgres --output-file requirements/run.txt
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header --no-annotate --no-emit-index-url pyproject.toml --extra lab --output-file requirements/lab.txt
	echo "hatchling>=1.27" | $(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header --no-annotate --no-emit-index-url - --output-file requirements/build.txt

clean: ## remove what was built
	rm -rf $(VENV) .demo .build dist .coverage .coverage.*
