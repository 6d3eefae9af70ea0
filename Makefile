# The commands of the house. They need Python 3.11 or later and make; everything else is installed below this folder.
PYTHON ?= python3
BIN := .venv/bin
# Compiled modules are kept even where the machine says otherwise: one `make test` starts dozens of processes.
export PYTHONDONTWRITEBYTECODE =

.PHONY: setup demo run test check fix docs lock browser spark clean

setup:
	@$(PYTHON) tools/setup.py

demo: setup
	@ZERENTIAN_DEMO=1 $(BIN)/zerentian demo
	@ZERENTIAN_DEMO=1 $(BIN)/zerentian serve

run: setup
	@$(BIN)/zerentian migrate --verbosity 0
	@$(BIN)/zerentian serve

test: setup
	@$(BIN)/pytest -n 2 --dist worksteal -q --ignore=tests/browser
	@$(BIN)/pytest -n 2 --dist loadfile --no-loadscope-reorder -q -p no:randomly tests/browser

check: setup
	@$(BIN)/python tools/check.py

fix: setup
	@$(BIN)/ruff format . && $(BIN)/ruff check --fix . && ($(BIN)/djlint --reformat --quiet zerentian || true) # it fails wherever it changed anything

docs: setup
	@$(BIN)/zerentian docs

lock: setup
	@$(BIN)/python tools/lock.py

browser:
	@sh tools/browser.sh

spark:
	@$(PYTHON) tools/setup.py spark

clean:
	@[ ! -x $(BIN)/zerentian ] || $(BIN)/zerentian server erase
	@rm -rf .venv node_modules zerentian/kernel/static/dist zerentian/locale/en/LC_MESSAGES/django.mo var test-results
