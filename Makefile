# Two commands matter: `make demo` and `make test`. Both set up what they need; Python 3.11 or newer and make suffice.

VENV   := .venv
BIN    := $(VENV)/bin
SYNCED := $(VENV)/.synced
UV     := $(BIN)/python -m uv
UV_PIN := $(shell sed -n 's/^\(uv==[0-9.]*\).*/\1/p' requirements-dev.lock)
WANTED := import sys; sys.exit(sys.version_info < (3, 11))
PYTHON ?= $(shell for p in python3 python3.11 python3.12 python3.13 python3.14 python; do \
            $$p -c '$(WANTED)' 2>/dev/null && echo $$p && break; done)

# A hospital's network may answer with certificates of its own: trust what the machine trusts, where it has a store.
STORES := /etc/ssl/certs/ca-certificates.crt /etc/pki/tls/certs/ca-bundle.crt /etc/ssl/cert.pem
export UV_SYSTEM_CERTS ?= $(if $(wildcard $(STORES)),true,false)

.DEFAULT_GOAL := help
.PHONY: help dev demo test endurance cover mutants check format serve bench conformance fhir letters lock clean

help:    ## this list
	@sed -n 's/^\([a-z]*\): .*## /\1\t/p' $(firstword $(MAKEFILE_LIST)) | expand -t 12

dev: $(SYNCED) ## set up .venv with exactly the locked packages

demo: $(SYNCED) ## play the main job over HTTP; results in demo-out/
	@$(BIN)/tvaerspor demo

test: $(SYNCED) ## all tests, on SQLite and on a real PostgreSQL
	@$(BIN)/python -m pytest -n logical $(ARGS)

endurance: $(SYNCED) ## kills, shaken doors and stories in any order, for as long as is promised (ten minutes)
	@TVAERSPOR_TEST_ENDURANCE=on $(BIN)/python -m pytest -n logical -m endures $(ARGS)

cover: $(SYNCED) ## branch coverage of the core by its own tests
	@$(BIN)/python -m pytest -n logical --cov --cov-report=term-missing:skip-covered \
	   $(wildcard tests/vocabulary tests/law tests/agreements tests/domain) $(ARGS)

mutants: $(SYNCED) ## break each rule of the law a little, and list what no test noticed (ten minutes)
	@$(BIN)/mutmut run
	@$(BIN)/mutmut results

check: $(SYNCED) ## format, lint, types, import contracts
	@$(BIN)/ruff format --check .
	@$(BIN)/ruff check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports

format: $(SYNCED) ## put the code into shape
	@$(BIN)/ruff format .
	@$(BIN)/ruff check --fix .

serve: $(SYNCED) ## run a hub to try, on the embedded database, with trial keys
	@TVAERSPOR_ENV=$${TVAERSPOR_ENV:-trial} $(BIN)/tvaerspor serve

bench: $(SYNCED) ## rates beside the raw driver's, in the same run
	@$(BIN)/python -m tests.bench $(ARGS)

conformance: fhir letters ## outside judges over what the tests make the hub emit; needs Java 17 and Maven

fhir: $(SYNCED) ## HL7's validator over all FHIR
	@$(JUDGES)
	@rm -rf $(EMITTED) && mkdir -p $(EMITTED)
	-@$(BIN)/python -m pytest -q -n logical -p tests.conformance.collect --emitted $(EMITTED) $(EMITTING) $(ARGS)
	@$(JUDGE) -Dexec.args="$(EMITTED) $(FHIR_PACKAGES)"

letters: $(SYNCED) ## veraPDF over every kind of letter: PDF/A-3a and PDF/UA-1
	@$(JUDGES)
	@rm -rf $(LETTERS)
	@$(BIN)/python -m tests.conformance.letters $(LETTERS)
	@$(JUDGE) -Djudge=Letters -Dexec.args="$(LETTERS)"

lock: $(SYNCED) ## resolve pyproject.toml anew into the lock files (ARGS=--upgrade for newer ones)
	@$(UV) pip compile $(LOCKING) $(ARGS) pyproject.toml --group dev -o requirements-dev.lock
	@$(UV) pip compile $(LOCKING) $(ARGS) pyproject.toml -c requirements-dev.lock -o requirements.lock

clean:   ## remove everything that make made
	rm -rf $(VENV) demo-out mutants .data .bench .conformance .coverage .hypothesis .mypy_cache .ruff_cache .pytest_cache .import_linter_cache
	find hub adapters projections tests -name __pycache__ -prune -exec rm -rf {} +

# What conformance judges, and the tests that make the hub emit it. FHIR_PACKAGES may name a folder of profiles (*.tgz).
EMITTED  := .conformance/emitted
LETTERS  := .conformance/letters
EMITTING := tests/adapters tests/api tests/clients tests/projections tests/road
JUDGE    := mvn -q -B -f tests/conformance/pom.xml compile exec:java
JUDGES   := java -version >/dev/null 2>&1 && mvn -version >/dev/null 2>&1 || \
            { echo "make conformance needs Java 17 or newer, and Maven." >&2; exit 1; }

# Hashes yes, addresses no: which index serves the packages is the machine's business. The tools are locked first: what
# they bear, operators get.
LOCKING := --universal --python-version 3.11 --generate-hashes --no-emit-index-url --quiet \
           --custom-compile-command "make lock"

$(SYNCED): requirements-dev.lock pyproject.toml
	@test -n "$(PYTHON)" || { echo "Python 3.11 or newer is needed; none was found." >&2; exit 1; }
	@$(BIN)/python -c 'import uv' 2>/dev/null || { $(PYTHON) -m venv --clear $(VENV) && \
	   $(BIN)/python -m pip install --quiet --disable-pip-version-check $(UV_PIN); }
	@$(UV) pip sync --quiet --python $(BIN)/python --require-hashes requirements-dev.lock
	@$(UV) pip install --quiet --python $(BIN)/python --no-deps --no-build-isolation --editable .
	@touch $@
