# Keyuan 客缘. On a fresh machine with Python 3.11 or later and make:
#   make run     everything with the demo book: prints the address and one account per role
#   make test    every test, those in the browser included
# Both can be repeated at any time. `make help` lists the rest.

PYTHON ?= python3
VENV := .venv
PY := $(VENV)/bin/python
SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DELETE_ON_ERROR:
.DEFAULT_GOAL := help
# What was compiled once is kept, whatever the shell says: otherwise each process compiles every file anew.
export PYTHONDONTWRITEBYTECODE :=

RUN_ENV := $(VENV)/.run
DEV_ENV := $(VENV)/.dev
FRONT_END := src/keyuan/web/static/vendor/icons.svg
CUSTOMER_KEYS := src/keyuan/trust/static/trust/vendor/keyuan-keys.js
RULE_EDITOR := src/keyuan/underwriting/static/underwriting/vendor/editor.js
CATALOGUES := $(wildcard src/keyuan/*/locale/en/LC_MESSAGES/django.po)
STATIC_FILES := $(shell find src -path '*/static/*' -type f -not -path '*/vendor/*' 2>/dev/null)
STATIC := var/static/.collected

.PHONY: help run stop test check fmt lock messages bench evaluate clean env front-end browser

help:  ## this list
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## (.*)/  make \1\t\2/' | expand -t 20

run: $(RUN_ENV) $(FRONT_END) $(RULE_EDITOR) $(CUSTOMER_KEYS) $(CATALOGUES:.po=.mo) $(STATIC)  ## database, demo book, web server and worker; Ctrl-C stops them
	@$(PY) -m keyuan.cli run

stop: $(RUN_ENV)  ## stop the embedded database
	@$(PY) -m keyuan.settings.embedded stop

test: $(DEV_ENV) $(FRONT_END) $(RULE_EDITOR) $(CUSTOMER_KEYS) browser  ## every test
	@$(PY) -m pytest -n 2 --dist loadgroup

check: $(DEV_ENV) $(FRONT_END)  ## style, types, layers, translations, migrations
	@$(PY) tools/check.py

fmt: $(DEV_ENV)  ## format the code
	@$(PY) -m ruff format -q
	@$(PY) -m ruff check -q --fix

messages: $(DEV_ENV)  ## take new texts into the translation files
	@$(PY) tools/messages.py update

bench: $(DEV_ENV) $(FRONT_END)  ## the measurements behind what the documents say about speed
	@$(PY) -m benchmarks

evaluate: $(RUN_ENV)  ## the models on public data (../shared/data) against published records
	@$(PY) -m keyuan.cli evaluate

lock: $(DEV_ENV)  ## newest allowed packages into the lock files
	@$(PY) tools/lock.py

clean:  ## remove what can be made again; the data in var/ stays
	@rm -rf $(VENV) node_modules build src/keyuan/web/static/vendor src/keyuan/underwriting/static/underwriting/vendor src/keyuan/trust/static/trust/vendor var/static .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
	@find src tests -name '*.mo' -delete -o -name __pycache__ -type d -prune -exec rm -rf {} +

env: $(RUN_ENV)  ## the Python environment
front-end: $(FRONT_END) $(RULE_EDITOR) $(CUSTOMER_KEYS)  ## the front-end files

browser: $(DEV_ENV)
	@$(PY) tools/browser.py

$(RUN_ENV): requirements-run.lock tools/environment.py
	@$(PYTHON) tools/environment.py run

$(DEV_ENV): requirements.lock tools/environment.py
	@$(PYTHON) tools/environment.py dev

# npm comes with the Python environment. Which of the two made it does not matter.
$(FRONT_END): package-lock.json tools/vendor.py $(wildcard src/keyuan/web/icons.txt) | $(if $(wildcard $(DEV_ENV)),,$(RUN_ENV))
	@$(PY) tools/vendor.py

$(RULE_EDITOR): tools/rule_editor.py $(wildcard tools/rule_editor/*.json tools/rule_editor/*.js*) | $(if $(wildcard $(DEV_ENV)),,$(RUN_ENV))
	@$(PY) tools/rule_editor.py

$(CUSTOMER_KEYS): tools/customer_keys.py $(wildcard tools/customer_keys/*.js*) | $(if $(wildcard $(DEV_ENV)),,$(RUN_ENV))
	@$(PY) tools/customer_keys.py

src/%.mo: src/%.po | $(if $(wildcard $(DEV_ENV)),,$(RUN_ENV))
	@$(PY) tools/messages.py compile

$(STATIC): $(FRONT_END) $(RULE_EDITOR) $(CUSTOMER_KEYS) $(STATIC_FILES) | $(RUN_ENV)
	@mkdir -p var && DATABASE_URL=postgresql:///none $(PY) -m django collectstatic --noinput --clear -v 0 --settings keyuan.settings.base && touch $@
