# Everything a contributor does. `make` alone lists it.

PYTHON ?= python3
BIN := .venv/bin
READY := .venv/.ready
PYTEST := $(BIN)/python -m pytest -n 2 --dist worksteal

.DEFAULT_GOAL := help
.PHONY: help demo test test-all lint format clean

help: ## List these commands
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-10s %s\n", $$1, $$2 }' Makefile

demo: $(READY) ## Bake the default project into build/, install it and measure it
	rm -rf build/my_flask_app
	$(BIN)/cookiecutter --no-input --output-dir build .

test: lint ## Run every check; each pair of answers is baked and tested
	$(PYTEST)

test-all: lint ## The same, for every combination of answers; goes on where it stopped
	KILN_MATRIX=all $(PYTEST) -v

lint: $(READY) ## Check format, lint and types of the template's own Python
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy hooks/pre_gen_project.py
	$(BIN)/mypy hooks/post_gen_project.py local_extensions.py tests

format: $(READY) ## Format the template's own Python
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

clean: ## Remove what the other commands made
	rm -rf build .venv .hypothesis .mypy_cache .pytest_cache .ruff_cache

$(READY): requirements-dev.txt
	@if command -v uv >/dev/null; then \
		uv venv --quiet --allow-existing --python '>=3.11' .venv && \
		uv pip install --quiet --python $(BIN)/python -r requirements-dev.txt; \
	else \
		$(PYTHON) -c 'import sys; sys.exit("Python 3.11 or newer is needed." if sys.version_info < (3, 11) else 0)' && \
		$(PYTHON) -m venv .venv && \
		echo "Installing the development tools into .venv" && \
		$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements-dev.txt; \
	fi
	@touch $(READY)
