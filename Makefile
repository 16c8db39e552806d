# make run     start Svyazka with demo data at http://localhost:8000
# make test    everything CI does
# make help    the rest
SHELL := /bin/bash
.DELETE_ON_ERROR:
.DEFAULT_GOAL := help

VENV := .venv
PY := $(VENV)/bin/python
DJANGO := DJANGO_SETTINGS_MODULE=tests.settings $(PY) -m django
# CI has two cores; more processes than that only wait for each other.
PYTEST := $(PY) -m pytest -q -n 2 --dist worksteal
PIP := $(PY) -m pip --disable-pip-version-check install -qq --no-deps
# A run starts hundreds of Python processes; where a machine forbids bytecode, each would compile the product anew.
export PYTHONDONTWRITEBYTECODE :=
TIMED = @start=$$SECONDS; echo "--- $(1)"; $(2) || exit $$?; echo "    $$((SECONDS - start)) s"

help:  ## this list
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## / - /'

# Environments: run.lock is a part of dev.lock, so the second fits over the first. The locks name everything, so pip has
# nothing to resolve: left to it, a pip of 2023 takes the newest release for a package with extras, and then refuses it.
define need_venv
	@python3 -c 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || \
		{ echo "Svyazka needs Python 3.11 or newer with venv (Debian, Ubuntu: apt-get install python3-venv)." >&2; exit 1; }
	@test -x $(PY) || python3 -m venv $(VENV)
endef

$(VENV)/run.done: requirements/run.lock pyproject.toml hatch_build.py
	$(need_venv)
	@test -f $(VENV)/dev.done || $(PIP) --require-hashes -r requirements/run.lock
	@$(PIP) --no-build-isolation -e .
	@$(PY) -m pip check
	@touch $@

$(VENV)/dev.done: requirements/dev.lock pyproject.toml hatch_build.py tools/bot_api.py
	$(need_venv)
	@echo "--- packages"
	@$(PIP) --require-hashes -r requirements/dev.lock
	@$(PIP) --no-build-isolation -e .
	@$(PY) -m tools.bot_api
	@$(PY) -m pip check
	@touch $@

run: $(VENV)/run.done compile  ## the product with demo data
	@$(VENV)/bin/svyazka demo --if-empty
	@exec $(VENV)/bin/svyazka up

compile: | $(VENV)/run.done  ## the Russian texts
	@$(PY) hatch_build.py

test: $(VENV)/dev.done  ## everything CI does, the slowest last
	@$(MAKE) --no-print-directory lint
	@$(MAKE) --no-print-directory test-sqlite
	@$(MAKE) --no-print-directory test-postgres
	@$(MAKE) --no-print-directory test-browser

lint: $(VENV)/dev.done compile  ## all that is judged without running the product
	$(call TIMED,ruff,$(PY) -m ruff check . && $(PY) -m ruff format --check .)
	$(call TIMED,mypy,$(PY) -m mypy)
	$(call TIMED,import contracts,$(VENV)/bin/lint-imports --no-cache > $(VENV)/lint-imports.log || { cat $(VENV)/lint-imports.log; false; })
	$(call TIMED,templates,$(PY) -m tools.templates && $(VENV)/bin/djlint --lint --quiet src/svyazka/web)
	$(call TIMED,texts,$(PY) -m tools.texts check)
	$(call TIMED,migrations,$(DJANGO) makemigrations --check --dry-run)

test-sqlite: $(VENV)/dev.done compile  ## all but the browser, on SQLite
	@$(PY) -m tools.nginx
	@$(PY) -m tools.poppler
	@$(PY) -m tools.libreoffice
	$(call TIMED,tests on SQLite,$(PYTEST) -m "not browser")

test-postgres: $(VENV)/dev.done compile  ## what databases may do differently, on PostgreSQL
	@$(PY) -m tools.poppler
	$(call TIMED,tests on PostgreSQL,$(PY) -m tools.postgres $(PYTEST) -m "db and not once and not browser")

test-browser: $(VENV)/dev.done compile  ## journeys in Chromium
	@$(PY) -m tools.chromium
	$(PYTEST) -m browser tests/web tests/flows

fix: $(VENV)/dev.done  ## what machines can put right: imports, layout, catalogs, generated pages
	-@$(PY) -m ruff check --fix --quiet .
	@$(PY) -m ruff format --quiet .
	@$(PY) -m tools.texts update
	@$(MAKE) --no-print-directory docs

docs: $(VENV)/dev.done  ## pages made of the code: settings, coverage of requirements
	@$(PY) -m tools.settings
	@$(PY) -m tools.requirements
	@$(PY) -m tools.rights

bench: $(VENV)/dev.done compile  ## how fast it is; PARTS="claims notices" measures these parts of the page only
	@$(PY) -m bench $(PARTS) $(if $(BEFORE),--before $(BEFORE))

soak: $(VENV)/dev.done compile  ## kill the server 500 times (CYCLES=n) and look that nothing it acknowledged is lost; then long random plays
	CRASH_CYCLES=$(or $(CYCLES),500) $(PY) -m pytest -q -s tests/flows/test_crash.py
	DEEP=1 $(PYTEST) tests/presale/test_columns.py tests/presale/test_figures.py tests/presale/test_figures_kept.py tests/presale/test_imports.py

shots: $(VENV)/dev.done compile  ## pictures of the pages, into shots/
	@$(PY) -m tools.shots

locks:  ## resolve the packages anew (needs uv)
	@for set in run dev; do uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
		--no-header --all-extras pyproject.toml requirements/$$set.in --output-file requirements/$$set.lock $(LOCK); done

.PHONY: help run compile test lint test-sqlite test-postgres test-browser fix docs bench soak shots locks
