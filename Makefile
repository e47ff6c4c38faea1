SHELL := bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
.PHONY: help run test check lint unit translations docs benchmark migration locks clean

help:  ## This list
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "make %-14s %s\n", $$1, $$2 }' Makefile

run:  ## The demo study at http://127.0.0.1:8000, with everything it needs; Ctrl-C stops it
	@.ci/environment run
	@exec .venv/bin/delphi demo

test:  ## Every test, with the browser and databases it needs; STRICT=1 fails when a group is left out
	@.ci/environment dev
	@.ci/system
	@.ci/test $(if $(STRICT),--strict)

check: lint unit  ## The fast part: lint, types, import rules, unit tests

lint:
	@.ci/environment dev
	.venv/bin/ruff check
	.venv/bin/ruff format --check
	.venv/bin/mypy
	.venv/bin/lint-imports

unit:
	@.ci/environment dev
	@.ci/test unit

translations:  ## Bring the French catalogue in step with the source, and compile it
	@.ci/environment dev
	.ci/translations

docs:  ## Bring docs/settings.md in step with the settings and commands
	@.ci/environment dev
	.venv/bin/python -m tests.support.reference_page

benchmark:  ## How fast the scoring library is, beside others (a few minutes)
	@.ci/environment dev
	.venv/bin/python -m benchmarks.scoring

migration: export DELPHI_DEMO = yes
migration: export DELPHI_INSTANCE_PATH = .cache/migration
migration:  ## make migration name="add wordings": the next numbered migration, from the models
	@.ci/environment dev
	rm -rf .cache/migration
	.venv/bin/delphi migrate
	FLASK_APP=wsgi .venv/bin/flask db migrate --message "$(name)"
	.venv/bin/ruff format --quiet migrations

locks:  ## Lock the dependencies of pyproject.toml again (needs uv)
	.ci/lock

clean:  ## Remove what was made here, except instance/
	rm -rf .venv .cache .hypothesis .import_linter_cache .mypy_cache .pytest_cache .ruff_cache build dist
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
