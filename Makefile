# One word for each task; each sets up by itself whatever it needs. "make help" lists them.
SHELL := /bin/sh
.DEFAULT_GOAL := help
.SUFFIXES:
.NOTPARALLEL:

# The first Python >= 3.11 of this machine; another one: make PYTHON=/path/to/python ...
ifndef PYTHON
PYTHON := $(shell for name in python3 python3.14 python3.13 python3.12 python3.11; do \
	$$name -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$name && exit; done; echo none)
endif
VENV := .venv/bin
DATA ?= .assay
PORT ?= 8080
SOAK_SECONDS ?= 600
ARGS ?=

.PHONY: help run test check wheel soak lock api notebooks format clean environment-run environment-dev ui

help: ## this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-8s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

run: ui ## start Assay with its demo project on 127.0.0.1:8080 (PORT=, DATA=)
	@exec $(VENV)/assay demo --data $(DATA) --port $(PORT)

test: environment-dev ui ## every check and every test, on SQLite, PostgreSQL and in Chromium
	@$(VENV)/python -m tools.run_tests $(ARGS)

check: environment-dev ui ## formatting, lint, types, floors, budgets, documents (ARGS="types lint": only these)
	@$(VENV)/python -m tools.check $(ARGS)

ui: environment-run ## build the web pages, when their sources changed
	@$(VENV)/python -m tools.build_ui

wheel: environment-dev ui ## dist/: the source archive, and the wheel made from it
	@rm -rf dist
	@$(VENV)/python -m build --no-isolation --outdir dist .

soak: environment-dev ui ## the long tests of faults and load (SOAK_SECONDS=600: of each)
	@$(VENV)/python -m tools.machine
	@SOAK_SECONDS=$(SOAK_SECONDS) $(VENV)/python -m pytest -m soak --timeout=0 --session-timeout=86400 $(ARGS)

format: environment-dev ## put all sources into the one format
	@$(VENV)/ruff format . && $(VENV)/ruff check --fix .
	@$(VENV)/python -m tools.build_ui npm run format

api: environment-dev ## make the web's API types again from the server's OpenAPI document
	@$(VENV)/python -m tools.api_types --write

notebooks: environment-dev ## run the notebooks of the documents again and store what they print
	@$(VENV)/python -m tools.notebooks

lock: environment-dev ## refresh the locked versions within pyproject.toml (ARGS=--upgrade: to the newest)
	@$(VENV)/python -m tools.lock $(ARGS)

clean: ## remove everything that was built or installed; the data of "make run" stays
	@rm -rf .venv .tools dist web/node_modules src/assay/ui test-results
	@rm -rf .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis

environment-run environment-dev: environment-%:
	@if [ '$(PYTHON)' = none ]; then echo 'Assay needs Python 3.11 or newer: install it, or: make PYTHON=/path/to/python' >&2; exit 1; fi
	@$(PYTHON) -m tools.environment $*
