# Two commands do everything: `make run` and `make test`.
PYTHON ?= python3
VENV := .venv/bin/python
.DEFAULT_GOAL := help
.PHONY: help run load test fmt messages check-pages benchmarks install-run install-test

help: ## Show this list
	@grep -E '^[a-z-]+:.*## ' Makefile | sed -E 's/^([a-z-]+):.*## /make \1\t/' | expand -t 20

run: install-run ## Start everything at http://127.0.0.1:8000 (PORT=... for another port)
	@exec $(VENV) -m supervisor run --with-parent

load: install-run ## Load a world file beside a running portal: make load WORLD=file.yaml
	@exec $(VENV) -m supervisor exec $(VENV) -m app.demo load "$(WORLD)"

test: install-test ## Check style, types, imports, and run all tests
	$(VENV) -m ruff check .
	$(VENV) -m ruff format --check .
	$(VENV) -m mypy
	$(VENV) -c 'from importlinter.cli import lint_imports_command as check; check()'
	@CHROMIUM="$$($(PYTHON) -m supervisor.browser)" && export CHROMIUM && set -x && \
	  exec $(VENV) -m pytest -n 3 --dist worksteal --cov --cov-report=term

fmt: install-test ## Put the code in its usual form
	$(VENV) -m ruff check --fix-only .
	$(VENV) -m ruff format .

messages: install-test ## Bring new texts into the catalogues, to be translated there
	@mkdir -p var
	$(VENV) -m babel.messages.frontend -q extract -F babel.cfg --no-default-keywords -k _ -k gettext -k ngettext:1,2 -k T \
	  --add-location=file --sort-output --width=120 -o var/messages.pot app templates
	$(VENV) -m babel.messages.frontend -q update -i var/messages.pot -d translations --no-fuzzy-matching \
	  --ignore-obsolete --ignore-pot-creation-date --width=120

check-pages: install-test ## Check the HTML of every page with vnu (needs Java and npm)
	@CHROMIUM="$$($(PYTHON) -m supervisor.browser)" && export CHROMIUM && exec .ci/check-pages

benchmarks: install-test ## Measure, and print ratios
	@for script in benchmarks/[a-z]*.py; do $(VENV) "$$script" || exit 1; done

install-run:
	@$(PYTHON) -m supervisor.install run

install-test:
	@$(PYTHON) -m supervisor.install test
