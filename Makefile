# make run: the chat, on http://127.0.0.1:7860. make test: everything a change must pass. Each does its own set-up.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/installed
WORKERS ?= 2
DEV_STAMP := $(VENV)/installed-for-tests
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt

.PHONY: run test lint types evaluate clean

# A refused file (exit code 1) is named, and does not keep the chat closed.
run: $(STAMP)
	@$(BIN)/python ingest.py || true
	@$(BIN)/python -m assistant serve

# Fast tests; make test SLOW=1 runs the slow ones too: a real browser, killed processes, full disks. Two at a time.
test: $(DEV_STAMP)
	$(BIN)/python -m pytest --numprocesses $(WORKERS) --dist worksteal -m "$(if $(SLOW),slow or not slow,not slow)"

lint: $(DEV_STAMP)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: $(DEV_STAMP)
	$(BIN)/mypy

evaluate: $(DEV_STAMP)
	$(BIN)/python ingest.py
	$(BIN)/python -m assistant evaluate
	$(BIN)/python -m assistant evaluate tests/evaluation/own_60.jsonl

clean:
	rm -rf $(VENV) var .pytest_cache .mypy_cache .ruff_cache *.egg-info

$(VENV)/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
	  || { echo "Python 3.11 ou plus récent est nécessaire (make PYTHON=python3.12 run)."; exit 1; }
	@$(PYTHON) -m venv $(VENV) || { rm -rf $(VENV); \
	  echo "L'environnement n'a pas pu être créé (sous Debian : apt-get install python3-venv)."; exit 1; }

$(STAMP): pyproject.toml constraints.txt | $(VENV)/bin/python
	@echo "Installation (environ deux minutes, une seule fois)…"
	@$(PIP) --editable .
	@touch $@

$(DEV_STAMP): pyproject.toml constraints.txt | $(VENV)/bin/python
	@echo "Installation (environ deux minutes, une seule fois)…"
	@$(PIP) --editable '.[test,evaluation]'
	@touch $@ $(STAMP)
