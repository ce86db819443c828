# Everything a newcomer types. Each target works from a bare clone: it makes .venv and installs what it needs by hash.

SHELL := /bin/sh
.DEFAULT_GOAL := help

PYTHON ?= $(shell command -v python3.11 || command -v python3)
PORT ?= $(or $(PASSPORT_PORT),8000)
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet
HOUSE := pyproject.toml hatch_build.py
COMPILE := uv pip compile --quiet --universal --generate-hashes --no-emit-index-url --no-header --python-version 3.11

# Where it is set, every start, and every worker of the tests, would compile each module anew.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: help run test thorough check bench judges mutants reference images messages lock format clean

help:  ## list the targets
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:[^#]*## /\t/' | expand -t 12

# The address that a phone on the same network can reach; no packet is sent to learn it.
LAN_ADDRESS = $$($(BIN)/python -c 'import socket; s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM); \
	s.connect(("192.0.2.1", 9)); print(s.getsockname()[0])')

run: $(VENV)/.installed  ## start the service with three fictional stories (LAN=1: so that a phone can open them)
ifeq ($(LAN),1)
	@address=$(LAN_ADDRESS) || { echo "make: no network found. Run 'make run' without LAN=1." >&2; exit 1; }; \
	echo "Anyone on this network can reach http://$$address:$(PORT): use it for a demonstration only."; \
	PASSPORT_HOST=0.0.0.0 PASSPORT_PORT=$(PORT) PASSPORT_BASE_URL=http://$$address:$(PORT) exec $(BIN)/passport demo
else
	@PASSPORT_PORT=$(PORT) exec $(BIN)/passport demo
endif

test: $(VENV)/.installed-dev  ## run every test (TESTS=tests/pages narrows it)
	@$(BIN)/python -m pytest -n auto --maxprocesses 4 --dist worksteal $(TESTS)

thorough: $(VENV)/.installed-dev  ## send every hostile request to every route (with TESTS: draw 1,000 examples in these tests)
	@HYPOTHESIS_PROFILE=thorough $(BIN)/python -m pytest -n auto --maxprocesses 4 --dist worksteal \
		$(or $(TESTS),tests/service/test_hostile_routes.py)

check: $(VENV)/.installed-dev  ## format, lint, types, import contracts
	@$(BIN)/ruff format --check .
	@$(BIN)/ruff check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports

format: $(VENV)/.installed-dev  ## put the code in shape
	@$(BIN)/ruff check --fix-only .
	@$(BIN)/ruff format .

bench: $(VENV)/.installed-dev  ## measure the README's performance tables and write them there
	@$(BIN)/python -m benchmarks

judges: $(VENV)/.installed-dev  ## let other verifiers judge what ours judges, and write docs/judges.md
	@$(BIN)/python -m docs.make_judges

mutants: $(VENV)/.installed-mutation  ## break the core on purpose, see whether a test notices, and write docs/mutation.md
	@$(BIN)/python -m docs.make_mutation

reference: $(VENV)/.installed-dev  ## write the README's tables of commands and settings, and docs/commands.md, again
	@$(BIN)/python -m docs.make_reference

images: $(VENV)/.installed-dev  ## make the pictures of docs/images again
	@$(BIN)/python docs/make_images.py

messages: $(VENV)/.installed-dev  ## find the texts of pages and add new ones to the Welsh catalogue
	@$(BIN)/pybabel --quiet extract --mapping pyproject.toml --no-location --sort-output --output $(VENV)/messages.pot .
	@$(BIN)/pybabel --quiet update --ignore-pot-creation-date --no-fuzzy-matching --ignore-obsolete --width 110 \
		--input-file $(VENV)/messages.pot --output-file passport/locale/cy/messages.po --locale cy
	@sed -e '/^"Report-Msgid-Bugs-To/d' -e '/-Date: /d' -e '/^"Generated-By/d' passport/locale/cy/messages.po \
		> $(VENV)/messages.po && mv $(VENV)/messages.po passport/locale/cy/messages.po
	@awk 'BEGIN { RS = ""; FS = "\n" } $$NF ~ /^msgstr(\[[0-9]\])? ""$$/ { print "To translate:"; print }' passport/locale/cy/messages.po

lock:  ## resolve the dependencies again (needs uv)
	@command -v uv >/dev/null || { echo "make: 'make lock' needs uv: pip install uv" >&2; exit 1; }
	$(COMPILE) pyproject.toml --group build --output-file requirements.lock
	$(COMPILE) pyproject.toml --group build --group dev --constraints requirements.lock --output-file requirements-dev.lock
	$(COMPILE) --group pyproject.toml:node --output-file requirements-node.lock
	$(COMPILE) --group pyproject.toml:mutation --constraints requirements-dev.lock --output-file requirements-mutation.lock

clean:  ## remove what make made; the data stays
	rm -rf $(VENV) passport/static/govuk .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache mutants

$(BIN)/python:
	@test -n "$(PYTHON)" || { echo "make: Python 3.11 or newer is needed and none was found." >&2; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "make: Python 3.11 or newer is needed; $(PYTHON) is older. Try 'make PYTHON=/path/to/python3.11'." >&2; exit 1; }
	@$(PYTHON) -m venv $(VENV) || { rm -rf $(VENV); \
		echo "make: could not make $(VENV). On Debian: apt-get install python3-venv" >&2; exit 1; }

# Install what the lock names, by hash; then this project, which brings the page assets (hatch_build.py).
define install
	@echo "Installing into $(VENV) (once, about half a minute) ..."
	@$(PIP) install --require-hashes -r $(1)
	@command -v npm >/dev/null || $(PIP) install --require-hashes -r requirements-node.lock
	@$(PIP) install --no-deps --no-build-isolation --no-index -e .
endef

$(VENV)/.installed: requirements.lock requirements-node.lock $(HOUSE) | $(BIN)/python
	$(call install,requirements.lock)
	@touch $@

$(VENV)/.installed-dev: requirements-dev.lock requirements-node.lock $(HOUSE) | $(BIN)/python
	$(call install,requirements-dev.lock)
	@touch $@ $(VENV)/.installed

$(VENV)/.installed-mutation: requirements-mutation.lock $(VENV)/.installed-dev
	@$(PIP) install --require-hashes -r requirements-mutation.lock
	@touch $@
