# The two commands: `make run` and `make test`. Each sets up what it needs.
SHELL := /bin/bash
.DEFAULT_GOAL := run
.ONESHELL:
.SHELLFLAGS := -e -o pipefail -c

UV := $(shell command -v uv || echo .uv/bin/uv)
PYTHON := .venv/bin/python
export PATH := $(CURDIR)/.venv/bin:$(PATH)
export RASA_TELEMETRY_ENABLED := false
export TF_CPP_MIN_LOG_LEVEL := 3
export UV_SYSTEM_CERTS := true
export SQLALCHEMY_SILENCE_UBER_WARNING := 1
PYTEST := pytest --dist loadfile --no-loadscope-reorder  # a file on one worker, the longest first
MODEL := models/assistant.tar.gz
TRAINED_FROM := config.yml domain.yml data/rules.yml $(shell find data/nlu bot/nlu -name '*.yml' -o -name '*.py') desk/content/spelling.py bot/importer.py bot/rules.py
MESSAGES := $(wildcard locales/*/LC_MESSAGES/*.po)

.PHONY: run test test-long train released demo setup translations rekey evaluate bench bench-desk handbook facts check-system

run: setup $(MODEL)  ## set up, train when needed, start everything
	@$(PYTHON) manage.py migrate --verbosity 0
	$(PYTHON) manage.py create_first_admin
	$(PYTHON) manage.py addresses
	exec honcho start

test: setup check-system $(MODEL)  ## set up and run every check but those of test-long
	ruff check .
	$(PYTHON) manage.py makemigrations --check --dry-run --verbosity 0
	$(PYTEST) -n 2 --ignore tests/e2e
	$(PYTEST) -n 3 -m "not long" tests/e2e

test-long: setup check-system $(MODEL)  ## a whole training from the editors' pages, which takes minutes: before a release
	pytest -m long tests/e2e

train: setup  ## train the model anew
	rm -f $(MODEL)
	$(MAKE) $(MODEL)

setup: .venv/.done locales/.compiled  ## the Python environment and the compiled catalogues

.uv/bin/uv:
	@echo "Installing uv ..."
	python3 -m venv .uv
	.uv/bin/pip install --quiet uv

.venv/.done: pyproject.toml uv.lock $(if $(shell command -v uv),,.uv/bin/uv)
	@echo "Installing the Python packages (about half a minute the first time) ..."
	$(UV) sync --frozen
	touch $@

locales/.compiled: .venv/.done $(MESSAGES)
	@for domain in bot faq django; do pybabel -q compile -d locales -D $$domain; done
	touch $@

$(MODEL): .venv/.done $(TRAINED_FROM) | locales/.compiled
	@echo "Training the assistant (about two minutes) ..."
	mkdir -p build
	PYTHONHASHSEED=0 $(PYTHON) -W ignore -m bot.train 2>build/train.log || { tail -40 build/train.log; exit 1; }

released:  ## the figures of the last training are those that later models must reach
	cp build/development.json tests/understanding/released.json

evaluate: setup $(MODEL)  ## make evaluate FILE=messages.tsv
	@test -n "$(FILE)" || { echo "Say which file: make evaluate FILE=messages.tsv"; exit 2; }
	$(PYTHON) -W ignore -m bot.evaluate "$(FILE)"

bench: setup $(MODEL)  ## compare with stock Rasa
	$(PYTHON) -W ignore -m bench

bench-desk: setup  ## how fast the counsellors' pages are with 100,000 requests
	$(PYTHON) -W ignore -m bench.desk

demo: setup  ## fill the desk with invented requests, then make run
	@$(PYTHON) manage.py migrate --verbosity 0
	$(PYTHON) manage.py demo

rekey: setup  ## give every conversation its id with the first of CONVERSATION_KEY, while nothing runs
	@$(PYTHON) manage.py migrate --verbosity 0
	$(PYTHON) -W ignore -m bot.channels.rekey

handbook: setup  ## all answers with their facts and sources on one page, for reviewers
	$(PYTHON) -m bot.handbook

facts: setup  ## the facts that somebody must look at again
	@$(PYTHON) manage.py facts_due

translations: setup  ## read the source texts into the catalogues
	./locales/update.sh

check-system:
	@command -v chromium >/dev/null || { test "$$(id -u)" = 0 && command -v apt-get >/dev/null && \
	  { echo "Installing Chromium for the browser tests ..."; apt-get update -qq && apt-get install -y -qq chromium chromium-driver fonts-noto-core >/dev/null; }; } \
	  || echo "Chromium is not here: the browser tests are skipped (install the packages chromium and chromium-driver)."
