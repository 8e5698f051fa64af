# For developers. Users run `duibian`. Every target sets itself up from nothing: Python 3.11-3.13 and make.
.DEFAULT_GOAL := help
SHELL := /bin/sh
.PHONY: help demo test browser tracer check format up bench faults bench-identity bench-spark bench-web screens render county spark-cases installer offline-run lock clean

VENV ?= .venv
BIN := $(VENV)/bin
READY := $(VENV)/.duibian-ready
SPARK := $(VENV)/.duibian-spark
JAVA := $(shell command -v java 2>/dev/null)
DEMO ?= demo
DEMO_MONTH ?= 2026-10
DEMO_PEOPLE ?= 12000
JOBS ?= 3
RESOLVE = $(BIN)/uv pip compile pyproject.toml --quiet --universal --python-version 3.11 --generate-hashes \
	--no-strip-extras --no-emit-index-url --no-emit-find-links --no-header --no-annotate

# The first interpreter that is new enough and not too new; PYTHON=... overrides.
PYTHON ?= $(shell for p in python3.11 python3.12 python3.13 python3 python; do \
	command -v $$p >/dev/null 2>&1 && \
	$$p -c 'import sys; sys.exit(not (3, 11) <= sys.version_info < (3, 14))' >/dev/null 2>&1 && \
	{ echo $$p; break; }; done)

help:  ## list the targets
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

$(READY): requirements-dev.lock pyproject.toml
	@test -n "$(PYTHON)" || { echo "no Python 3.11, 3.12 or 3.13 found; name one: make PYTHON=/path/to/python3.11"; exit 2; }
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $@

# PySpark comes as source: what builds it is locked too, and is there before it.
$(SPARK): requirements-spark.lock $(READY)
	sed -n '/^setuptools==/,/[^\\]$$/p' requirements-spark.lock > $(VENV)/setuptools.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r $(VENV)/setuptools.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes --no-build-isolation \
	-r requirements-spark.lock
	@touch $@

demo: $(READY)  ## a sample county from nothing, the month run through Dagster, what was found
	$(BIN)/duibian sample $(DEMO) --people $(DEMO_PEOPLE) --months 3 --until $(DEMO_MONTH) --seed 7
	$(BIN)/duibian run --home $(DEMO) --month $(DEMO_MONTH)

test: check browser tracer $(if $(JAVA),$(SPARK))  ## every check and every test; the rules on Spark where there is Java
	$(BIN)/python -m pytest -n $(JOBS) --dist loadscope --no-loadscope-reorder -m "not browser"
	$(BIN)/python -m pytest tests/browser

browser:  ## Debian's Chromium, nginx and PostgreSQL for their tests, where one may install them; else says what is left out
	@missing=""; \
	command -v chromium >/dev/null 2>&1 || missing="$$missing chromium"; \
	command -v nginx >/dev/null 2>&1 || missing="$$missing nginx-light"; \
	ls /usr/lib/postgresql/*/bin/postgres >/dev/null 2>&1 || missing="$$missing postgresql"; \
	if [ -z "$$missing" ]; then exit 0; fi; \
	if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then \
	echo "installing for the tests:$$missing"; \
	{ apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -qq -y --no-install-recommends \
	$$missing >/dev/null; } || echo "could not be installed, their tests are left out:$$missing"; \
	else echo "not here, and only root may install it; their tests are left out:$$missing"; fi

tracer:  ## strace for the test that no part reaches outward, installed where one may; else says what is left out
	@command -v strace >/dev/null 2>&1 || \
	{ [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1 && \
	{ apt-get update -qq; DEBIAN_FRONTEND=noninteractive apt-get install -qq -y --no-install-recommends \
	strace >/dev/null; }; } || echo "no strace: the test of the run without a network is left out"

check: $(READY)  ## format, lint, types, import directions
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports

format: $(READY)  ## format and mend what ruff can mend
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

up: $(READY)  ## Dagster's own pages and daemon on this machine, over the demo home
	@$(BIN)/duibian init $(DEMO) >/dev/null
	DUIBIAN_HOME="$(abspath $(DEMO))" DAGSTER_HOME="$(abspath $(DEMO))/dagster" DAGSTER_DISABLE_TELEMETRY=1 \
	$(BIN)/dagster dev -w workspace.yaml -h 127.0.0.1

bench: $(READY)  ## a county, 300,000 and 3 million people: seconds, memory, rows a second, into docs/benchmarks.md
	$(BIN)/python -m bench

bench-identity: $(READY)  ## ours, Splink 5 (extra `bench`) and the number alone on labelled people
	$(BIN)/python -m bench.identity

bench-spark: $(SPARK)  ## the same months on DuckDB and on Spark, compared and measured, into docs/spark.md
	$(BIN)/python -m bench.spark

faults: $(READY)  ## kills, full disks, wrong clocks, damaged files by the thousand (hours), into docs/reliability.md
	$(BIN)/python -m bench.faults

bench-web: $(READY)  ## fifty readers and five deciders while a month is published (extra `bench`), into docs/benchmarks-web.md
	$(BIN)/python -c "import locust" 2>/dev/null || $(BIN)/python -m pip install --quiet "locust>=2.40,<3"
	$(BIN)/python -m bench.web

screens: $(READY) browser  ## every page of the demo's last month as a picture, into docs/screens
	@test -d $(DEMO)/published || { echo "first: make demo"; exit 2; }
	$(BIN)/python -c "import PIL" 2>/dev/null || $(BIN)/python -m pip install --quiet "pillow>=11"
	$(BIN)/python -m bench.screens $(DEMO)

render: $(READY)  ## every report of the demo's last month to PDF and PNG, checked page by page; needs LibreOffice
	@test -d $(DEMO)/published || { echo "first: make demo"; exit 2; }
	$(BIN)/python -m bench.render $(DEMO) --out $(DEMO)/rendered

county: $(READY)  ## only the tests that read the example county
	$(BIN)/python -m pytest -m county -n $(JOBS) --dist loadscope --no-loadscope-reorder

spark-cases: $(SPARK)  ## every rule's cases on DuckDB and on Spark (Java 17 or newer)
	$(BIN)/python -m pytest -m spark

installer: $(READY)  ## folders that install where there is no network: Linux x86-64, Linux aarch64, Windows x64
	$(BIN)/python -m deploy.installer $(if $(PLATFORM),--platform $(PLATFORM))

offline-run: $(READY)  ## install and run in a network namespace without a route, watched by strace; into docs/offline-run.md
	$(BIN)/python -m deploy.installer.offline_run

lock: $(READY)  ## resolve the dependencies anew, with hashes and without addresses
	$(RESOLVE) --output-file requirements.lock
	$(RESOLVE) --extra dev --constraint requirements.lock --output-file requirements-dev.lock
	$(RESOLVE) --extra spark --constraint requirements.lock --output-file requirements-spark.lock
	sed -n 's/^polars==\([^ ]*\).*/polars-runtime-compat==\1/p' requirements.lock | \
	$(subst pyproject.toml,--no-deps -,$(RESOLVE)) --output-file requirements-compat.lock

clean:  ## remove what can be made again
	rm -rf build $(DEMO) .mypy_cache .ruff_cache .pytest_cache .import_linter_cache
