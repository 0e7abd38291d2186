# Works on a bare machine with Python 3.11+ and pip alone; uses uv where it is there.
.DEFAULT_GOAL := help
UV := $(shell command -v uv 2>/dev/null)
# the first that runs: pyenv puts a python3.13 on the path that only says which version to choose
PYTHON ?= $(firstword $(foreach name,python3.13 python3.12 python3.11 python3,$(shell $(name) -c 'import sys; print(sys.executable)' 2>/dev/null)))
BIN := .venv/bin
QUESTIONS ?= ../shared/retail/questions.dev.jsonl
JOBS ?= 2

.PHONY: help chat test lint types bench eval clean

help: ## this list
	@grep -E '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed 's/:.*## /\t/'

chat: .venv/.product ## the chat in the browser; builds the demo data the first time
	@$(BIN)/wenke chat --browser

test: lint types ## everything that CI runs
	$(BIN)/python -m pytest -n $(JOBS) --dist loadgroup

lint: .venv/.dev ## ruff and the import contracts
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/lint-imports

types: .venv/.dev ## mypy --strict
	$(BIN)/mypy

bench: .venv/.dev ## planning times, and what a turn of the agent costs beside its model; with WENKE_BENCH_DATABASE=file also our SQL against SQL by hand
	$(BIN)/python -m tests.bench.budgets
	$(BIN)/python -m tests.bench.agent_turns

eval: .venv/.dev ## the development questions, and our own
	$(BIN)/wenke eval $(QUESTIONS)
	$(BIN)/wenke eval tests/questions/own.jsonl

clean: ## remove the environment and caches
	rm -rf .venv .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis dist build

ifdef UV
.venv/.product: pyproject.toml uv.lock
	uv sync --quiet --frozen --inexact --no-dev --extra chat
	@touch $@

.venv/.dev: pyproject.toml uv.lock
	uv sync --quiet --frozen --inexact --group dev --all-extras
	@touch $@ .venv/.product
else
# Debian splits venv's ensurepip off; pip can install itself into an environment without it
$(BIN)/pip:
	@$(PYTHON) -c 'import sys; sys.exit("Wenke needs Python 3.11, 3.12 or 3.13, found " + sys.version) if not (3, 11) <= sys.version_info < (3, 14) else None'
	$(PYTHON) -m venv .venv 2>/dev/null || { $(PYTHON) -m venv --without-pip --clear .venv && $(PYTHON) -m pip --python $(BIN)/python install --quiet pip; }
	$(BIN)/python -m pip install --quiet --upgrade 'pip>=25.1'

.venv/.product: pyproject.toml | $(BIN)/pip
	$(BIN)/python -m pip install --quiet --editable '.[chat]'
	@touch $@

.venv/.dev: pyproject.toml | $(BIN)/pip
	$(BIN)/python -m pip install --quiet --editable '.[chat,agent,postgres]' --group dev
	@touch $@ .venv/.product
endif
