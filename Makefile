# Two commands: `make demo` and `make test`. Everything they need they set up themselves,
# from python3.11 with pip, node 20 with npm, and Debian's packages.

SHELL := /bin/bash
.DEFAULT_GOAL := help
.PHONY: help demo test setup web lint types floors vitest chromium browser-image picture clean

PYTHON ?= $(shell command -v python3.11 || command -v python3)
NODE := $(shell command -v node)
UV_VERSION := 0.13.9
UV := .tools/bin/uv
export PYTHONPATH :=
export UV_PYTHON_DOWNLOADS := never
export UV_PROJECT_ENVIRONMENT := .venv
unexport VIRTUAL_ENV
RUN := $(UV) run --frozen --no-sync
PORT ?= 8000

help: ## Show the commands
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 16

demo: setup ## Make the demo city, run the typhoon-flood drill, serve the cockpit
	@if [ -n "$(NODE)" ]; then $(MAKE) --no-print-directory web; else \
	  echo "No Node.js here: the demo runs, without the cockpit page. Install node 20 and npm, then 'make web'."; fi
	$(RUN) shapan demo --port $(PORT)

test: setup web chromium lint types floors vitest ## Run every check and every test
	SHAPAN_REQUIRE_BROWSER=$$(command -v chromium >/dev/null && echo 1 || echo 0) \
	  $(RUN) pytest -n 2 --dist loadgroup

setup: .venv/.ready ## Install the Python side into .venv

.tools/bin/uv:
	@[ -n "$(PYTHON)" ] || { echo "Python 3.11 or newer is needed and was not found."; exit 2; }
	$(PYTHON) -m pip install -qq --disable-pip-version-check --root-user-action=ignore --target .tools uv==$(UV_VERSION)

.venv/.ready: .tools/bin/uv pyproject.toml uv.lock
	env -u PYTHONPATH $(UV) sync --frozen --quiet --python $(PYTHON)
	@touch $@

web: api/static/index.html ## Build the cockpit page into api/static

WEB_SOURCES := $(shell find web -path web/node_modules -prune -o -type f -print 2>/dev/null)

web/node_modules/.ready: web/package.json web/package-lock.json
	cd web && npm ci --no-audit --no-fund --loglevel=error
	@touch $@

api/static/index.html: web/node_modules/.ready $(WEB_SOURCES)
	cd web && npm run build --silent
	@touch $@

lint: setup web/node_modules/.ready ## ruff and biome
	$(RUN) ruff check .
	$(RUN) ruff format --check .
	cd web && npm run lint --silent

types: setup web/node_modules/.ready ## mypy and tsc, both strict
	$(RUN) mypy
	cd web && npm run typecheck --silent

floors: setup ## import-linter: imports go downwards only
	$(RUN) lint-imports

vitest: web/node_modules/.ready ## The page's unit tests
	cd web && npm test --silent

CHROMIUM_PACKAGES := chromium fonts-noto-cjk libegl1 libgl1-mesa-dri

chromium: ## Chromium for the browser tests, from Debian's packages
	@if command -v chromium >/dev/null; then exit 0; fi; \
	if [ "$$(id -u)" = 0 ]; then install=""; elif sudo -n true 2>/dev/null; then install="sudo"; else \
	  echo "The browser tests will be skipped: install $(CHROMIUM_PACKAGES) (apt-get) to run them."; exit 0; fi; \
	echo "Installing $(CHROMIUM_PACKAGES) from Debian's packages"; \
	$$install apt-get update -qq && DEBIAN_FRONTEND=noninteractive $$install apt-get install -y -qq $(CHROMIUM_PACKAGES) >/dev/null

picture: setup web chromium ## Take docs/images/cockpit.png from the service at SHAPAN_ADDRESS
	$(RUN) python tests/browser/picture.py

clean: ## Remove what the other commands built
	rm -rf .venv .tools api/static web/node_modules .mypy_cache .ruff_cache .pytest_cache .hypothesis
