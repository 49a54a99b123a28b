# Arena's commands for people. Each sets up what it needs and a second call is instant.
#   make play   open the arena (without a display: play a demo match and say where its record is)
#   make test   run the tests
# `make help` lists the others.

VENV := .venv
BIN := $(VENV)/bin
STAMPS := $(VENV)/stamps
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet
FOLDERS := $(wildcard arena controllers scenes workers assets tests tools)

export PATH := $(PATH):/usr/games
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
# Files are kept whole: what a file's tests share (a training, a server) is made once.
SPREAD := -n 2 --dist loadfile

.PHONY: help play demo doctor setup setup-dev setup-all setup-bench test test-all lint format types bench
.PHONY: screenshots wheel-test clean

help: ## list these commands
	@awk -F ':.*## ' '/^[a-z-]+:.*## /{printf "  make %-12s %s\n", $$1, $$2}' Makefile

play: setup ## open the arena; without a display, play a demo match
	@$(BIN)/arena

demo: setup ## play a demo match without a window
	@$(BIN)/arena demo

doctor: setup ## say what is there, what is missing and how to get it
	@$(BIN)/arena doctor

test: setup-dev ## run the tests, two files at a time (about ten minutes)
	@$(BIN)/python -m pytest $(SPREAD)

test-all: setup-all ## run the tests, the slow and the soak ones too
	@$(BIN)/python -m pytest $(SPREAD) -m "not bench and not soak"
	@$(BIN)/python -m pytest -m soak

bench: setup-bench ## measure every budget: goal and PASS or FAIL
	@$(BIN)/python -m pytest -m bench -q -s tests/benchmarks

lint: $(STAMPS)/dev ## check style
	@$(BIN)/ruff check .

format: $(STAMPS)/dev ## repair what the style check can repair
	@$(BIN)/ruff check --fix .

types: $(STAMPS)/dev ## check types
	@$(BIN)/mypy $(FOLDERS)

screenshots: setup-dev ## draw the pictures of README and docs
	@$(BIN)/python tools/screenshots.py

wheel-test: $(STAMPS)/dev ## build the wheel, install it alone elsewhere and play from it
	@$(BIN)/python tools/wheel_test.py

clean: ## remove what make made
	rm -rf $(VENV) build dist *.egg-info .mypy_cache .pytest_cache .ruff_cache .hypothesis

# --- set-up ------------------------------------------------------------------------------------------------

setup: $(STAMPS)/core $(STAMPS)/engines
setup-dev: $(STAMPS)/dev $(STAMPS)/engines $(STAMPS)/screen
setup-all: setup-dev $(STAMPS)/stacks $(STAMPS)/node ## also PyTorch, RLlib, ONNX, Node.js (2 GB), for the tests that need them
setup-bench: setup-all $(STAMPS)/bench

$(BIN)/python:
	@sh tools/bootstrap.sh venv $(VENV)

$(STAMPS)/core: pyproject.toml constraints.txt | $(BIN)/python
	@echo "arena: installing Arena into $(VENV)" >&2
	@mkdir -p $(STAMPS)
	@$(PIP) install --constraint constraints.txt --editable .
	@touch $@

$(STAMPS)/dev: $(STAMPS)/core
	@echo "arena: installing the tools for tests and checks" >&2
	@$(PIP) install --constraint constraints.txt --editable '.[dev]'
	@touch $@

$(STAMPS)/stacks: $(STAMPS)/dev
	@echo "arena: installing PyTorch, RLlib and ONNX" >&2
	@$(PIP) install --constraint constraints.txt --editable '.[dev,stacks]'
	@touch $@

$(STAMPS)/bench: $(STAMPS)/stacks
	@echo "arena: installing Ray Serve, to measure against" >&2
	@$(PIP) install --constraint constraints.txt --editable '.[dev,bench]'
	@touch $@

# Installed once, or the hint given once: what is still missing `arena doctor` says.
$(STAMPS)/engines: | $(BIN)/python
	@mkdir -p $(STAMPS)
	@sh tools/bootstrap.sh programs stockfish gnugo
	@touch $@

$(STAMPS)/screen: | $(BIN)/python
	@mkdir -p $(STAMPS)
	@sh tools/bootstrap.sh programs Xvfb xdotool
	@touch $@

$(STAMPS)/node: | $(BIN)/python
	@mkdir -p $(STAMPS)
	@sh tools/bootstrap.sh programs node npm
	@touch $@
