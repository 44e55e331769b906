# Every target first makes the working copy ready (tools/setup.sh): on a fresh Debian 12 with
# git, make and Python 3.11, `make demo` and `make test` need nothing else.

SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:

UV_VERSION := 0.13.9
python := .venv/bin/python
offscreen := QT_QPA_PLATFORM=offscreen QT_QUICK_BACKEND=software
# Extra words for pytest, as in: make test ARGS="tests/hub -k receipt"
ARGS ?=

# A copy that was moved, or whose Python has gone, is not ready whatever its stamp says.
ifneq ($(shell test -x $(python) && grep -qsF "$(CURDIR)/.venv/bin/" .venv/bin/pip && echo sound),sound)
$(shell rm -f .venv/.ready*)
endif

setup_inputs := tools/setup.sh requirements.lock pyproject.toml
translation_sources := $(wildcard assets/translations/*.ts)
ready := .venv/.ready .venv/.ready-translations

.venv/.ready: $(setup_inputs)
	@tools/setup.sh

.venv/.ready-test: $(setup_inputs) | .venv/.ready
	@tools/setup.sh test

.venv/.ready-screen: $(setup_inputs) | .venv/.ready
	@tools/setup.sh screen

.venv/.ready-bundle: $(setup_inputs) | .venv/.ready
	@tools/setup.sh bundle

.venv/.ready-translations: tools/translations.py $(translation_sources) | .venv/.ready
	@echo "set-up: compiling the translations"
	@$(python) tools/translations.py release
	@touch $@

.PHONY: help setup demo tour test check bench bluez bundle nightly lock format clean

help: ## this list
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "make %-9s %s\n", $$1, $$2 }' Makefile

setup: $(ready) ## install what is missing, and nothing else

ifneq ($(DISPLAY)$(WAYLAND_DISPLAY),)
demo: .venv/.ready-screen $(ready) ## the kiosk with an invented village; with no screen, the tour
	@echo "The demo village opens in a window. Close it to stop."
	@.venv/bin/village-kiosk --demo
else
demo: no-screen tour
endif

.PHONY: no-screen
no-screen:
	@echo "There is no screen here (DISPLAY and WAYLAND_DISPLAY are empty):"
	@echo "the demo walks through the main job by itself and keeps a picture of every step."

tour: $(ready) ## the main job through the real window, a picture of every step
	@rm -rf out/tour
	@$(offscreen) .venv/bin/village-kiosk --demo --tour out/tour
	@echo "The pictures are in $(CURDIR)/out/tour, the counts in out/tour/summary.json."

test: .venv/.ready-test $(ready) ## the whole default suite
	@$(python) -m pytest -n 2 --dist loadfile --no-loadscope-reorder $(ARGS)

check: $(ready) ## format, lint, types, imports, QML, translations, house rules
	@mkdir -p out
	@echo "check: format";       .venv/bin/ruff format --check --quiet --output-format concise .
	@echo "check: lint";         .venv/bin/ruff check --quiet --output-format concise .
	@echo "check: types";        .venv/bin/mypy
	@echo "check: imports";      .venv/bin/lint-imports --no-logo >out/imports.txt || { cat out/imports.txt; exit 1; }
	@echo "check: QML";          .venv/bin/pyside6-qmllint -W 0 -I kiosk/ui $$(find kiosk/ui -name '*.qml')
	@echo "check: translations"; $(python) tools/translations.py check
	@echo "check: house rules";  $(python) tools/house_rules.py
	@echo "check: all is well"

bench: $(ready) ## one JSON line for each benchmark, kept in out/bench
	@mkdir -p out/bench
	@for script in benchmarks/*.py; do \
	    name=$$(basename "$$script" .py); \
	    echo "bench: $$name"; \
	    $(offscreen) $(python) "$$script" | tee "out/bench/$$name.json"; \
	done

bluez: $(ready) ## the release check on a real BlueZ (SUITE=trixie, or bookworm): docs/bluez.md
	@$(python) tools/bluez_check.py $(ARGS)

bundle: .venv/.ready-bundle $(ready) ## one folder in dist/ that runs without Python, and its test
	@mkdir -p out
	@echo "bundle: building (the log is out/bundle.log)"
	@$(python) -m PyInstaller --noconfirm --log-level WARN build.spec >out/bundle.log 2>&1 \
	    || { tail -n 20 out/bundle.log; exit 1; }
	@du -sh dist/smart-village-kiosk
	@$(python) -m pytest -m bundle tests/bundle $(ARGS)

nightly: .venv/.ready-test $(ready) ## everything, with many more invented cases, then the bundle and the benchmarks
	@$(python) -m pytest -n 2 --dist loadfile --no-loadscope-reorder -m "not bundle" --hypothesis-profile=nightly \
	    --timeout 1800 $(ARGS)
	@$(MAKE) --no-print-directory bundle bench

lock: $(ready) ## write requirements.lock anew from pyproject.toml
	@test -x .venv/bin/uv || $(python) -m pip install --quiet "uv==$(UV_VERSION)"
	@.venv/bin/uv pip compile --quiet --universal --generate-hashes --python-version 3.11 \
	    --extra dev --no-annotate --no-header pyproject.toml -o requirements.lock
	@git --no-pager diff --stat -- requirements.lock

format: $(ready) ## write the code as `make check` wants it
	@.venv/bin/ruff format .
	@.venv/bin/ruff check --fix .

clean: ## remove what was built (not .venv: for that, rm -rf .venv)
	@rm -rf build dist out .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
	@find . -path ./.venv -prune -o -name __pycache__ -type d -print0 | xargs -0 -r rm -rf
