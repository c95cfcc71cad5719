# `make help` lists what there is. Everything works in a clean clone on a machine
# with make and Python 3.11, 3.12 or 3.13; the first call makes .venv.

.DEFAULT_GOAL := help
.PHONY: help demo lab ui test pictures faults lint format bench docs constraints clean distclean

# Without byte code every start pays for compiling each module again.
unexport PYTHONDONTWRITEBYTECODE
# What is installed in .venv is what runs, whatever the caller's shell says.
unexport PYTHONPATH
unexport PYTHONHOME

BIN := .venv/bin
JOBS ?= 2
ROUNDS ?= 100
SEED ?= $(shell od -An -N4 -tx4 /dev/urandom | tr -d ' ')
ARGS ?=

help: ## List the targets.
	@sed -n 's/^\([a-z]*\):.*## \(.*\)/  make \1|\2/p' Makefile | awk -F'|' '{printf "%-20s %s\n", $$1, $$2}'

demo: ui ## Run the example in a fresh folder, and open it in the web app (ARGS="--port 3071").
	@tools/demo $(ARGS)

lab: .venv/.ready ## Run the notebooks of the research lab in a fresh folder.
	@tools/lab

ui: .venv/.ready ## Build the web app, if its sources have changed.
	@$(BIN)/python hatch_build.py

test: ui ## Run the tests (ARGS="-k name" for some, JOBS=4 for more at once).
	@$(BIN)/pytest -n $(JOBS) --dist loadgroup --ignore=tests/faults $(ARGS)
	@$(BIN)/python hatch_build.py node_modules/vitest/vitest.mjs run

pictures: ui ## Look at every page in both themes, wide and narrow: build/screenshots.
	@PICTURES=all $(BIN)/pytest -n $(JOBS) --dist loadgroup $(ARGS) tests/browser

faults: .venv/.ready ## Break what runs depend on (ROUNDS=10 for fewer faults, SEED=… for the same again).
	@seed=$(SEED); echo "make faults ROUNDS=$(ROUNDS) SEED=$$seed"; \
	FAULTS_ROUNDS=$(ROUNDS) FAULTS_SEED=$$seed $(BIN)/pytest -n $(JOBS) --dist worksteal -p no:randomly $(ARGS) tests/faults

lint: .venv/.ready ## Check style, format, types and the layers of imports.
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports
	@$(BIN)/python hatch_build.py node_modules/@biomejs/biome/bin/biome check .
	@$(BIN)/python hatch_build.py node_modules/typescript/bin/tsc --noEmit

format: .venv/.ready ## Put the code into its format.
	@$(BIN)/ruff check --fix-only .
	@$(BIN)/ruff format .
	@$(BIN)/python hatch_build.py node_modules/@biomejs/biome/bin/biome check --write .

bench: .venv/.ready ## Measure (PEER=1 also installs Dagster and Prefect to compare with).
	@PEER=$(PEER) tools/bench $(ARGS)

docs: .venv/.ready ## Write the generated pages of docs/reference, and the types of the web app's client.
	@$(BIN)/python tools/reference.py
	@$(BIN)/python hatch_build.py node_modules/openapi-typescript/bin/cli.js ../docs/reference/openapi.json --output src/api/schema.d.ts

constraints: ## Resolve the newest versions into constraints.txt.
	@tools/constraints

clean: ## Remove what was built, measured or cached.
	@rm -rf build dist benchmarks/results .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
	@find src tests tools examples benchmarks -name __pycache__ -type d -prune -exec rm -rf {} +

distclean: clean ## The same, and the environments.
	@rm -rf .venv .venv-dagster .venv-peer .venv-prefect

.venv/.ready: constraints.txt pyproject.toml tools/install tools/python
	@tools/install .venv
	@touch $@
