# `make help` lists what can be made. Everything runs in .venv, which the first target makes.
PYTHON ?= python3
CHECK_TESTS ?= test
BIN := .venv/bin
INSTALLED := .venv/.installed
# Two workers: the tests are safe to run side by side, and two cores are what CI has.
# One thread each: two workers of many threads spend their time waiting for each other.
# `loadfile` keeps the tests of a file on one worker: they may share something dear, such as an
# installation.
PYTEST := OMP_NUM_THREADS=1 $(BIN)/python -m pytest -n 2 --dist loadfile

.DEFAULT_GOAL := help
.PHONY: help demo test lint check serve docs clean

help:  ## Show this list.
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "make %-8s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

demo: $(INSTALLED)  ## Build, prove and serve the example model, and talk to the desk around it.
	$(BIN)/whet demo

test: $(INSTALLED)  ## Run the tests.
	$(PYTEST)

lint: $(INSTALLED)  ## Check format, lint, types and the import table.
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports

check: lint $(CHECK_TESTS)  ## Run the whole gate: lint and test. `CHECK_TESTS=` leaves the tests out.

serve: $(INSTALLED)  ## Serve the example model that `make demo` built.
	$(BIN)/whet serve support-intents --workspace examples/support

docs: $(INSTALLED)  ## Write the reference pages again from the code.
	$(BIN)/python -m whet.cli.reference docs/reference

clean:  ## Remove the environment, the caches and what the example built.
	rm -rf .venv .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache dist build
	rm -rf examples/support/.whet
	find src tests -name __pycache__ -type d -prune -exec rm -rf {} +

# The stamp is written last: an installation that was cut short is done again.
$(INSTALLED): pyproject.toml constraints.txt
	@$(PYTHON) -c 'import sys; sys.version_info >= (3, 11) or sys.exit("Whet needs Python 3.11 or newer; $(PYTHON) is " + sys.version.split()[0] + ". Set another one: make PYTHON=python3.12")'
	@echo "Installing what constraints.txt names into .venv (once; about 2.5 GB on disk) ..."
	@$(PYTHON) -m venv .venv
	@$(BIN)/python -m pip install --quiet --quiet --constraint constraints.txt pip
	@$(BIN)/python -m pip install --quiet --quiet --constraint constraints.txt --build-constraint constraints.txt --editable '.[dev]'
	@touch $@
