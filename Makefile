# `make demo` and `make test` are all the set-up there is: each builds .venv from pyproject.toml when it is not there.
PYTHON ?= python3
BIN := .venv/bin
OUT ?= demo

.PHONY: demo test lint docs bench bench-more fuzz acceptance clean

.venv/ready: pyproject.toml
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[dev]'
	touch $@

demo: .venv/ready
	$(if $(EDF),$(BIN)/somnometry measure "$(EDF)" --out $(OUT),$(BIN)/somnometry demo --out $(OUT))

test: .venv/ready
	NUMBA_DISABLE_JIT=1 $(BIN)/python -m pytest -q tests/kernels
	$(BIN)/python -m pytest -q -n 2 -m "not acceptance"

lint: .venv/ready
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

docs: .venv/ready
	$(BIN)/python -m sphinx -b html -W --keep-going -q -j 2 docs docs/_build/html
	@echo "docs/_build/html/index.html"

# writes benchmarks/results.md and docs/images/growth.svg in about ten minutes of a machine that does nothing else
bench: .venv/ready
	$(BIN)/python -m benchmarks.speed.results
	$(BIN)/python -m benchmarks.speed.growth
	$(BIN)/python benchmarks/batch_scaling.py
	$(BIN)/python benchmarks/report_speed.py

bench-more: .venv/ready
	$(BIN)/python benchmarks/mixed_speed.py
	$(BIN)/python benchmarks/power_speed.py --subjects 24,60 --nights 1,4 --studies 60
	$(BIN)/python benchmarks/audit_cost.py

# SEED=2 mutates otherwise; FOLDER=... mutates files of your own too
fuzz: .venv/ready
	$(BIN)/python benchmarks/fuzz_edf.py --files 5000 --seed $(or $(SEED),1) $(if $(FOLDER),--folder "$(FOLDER)")
	$(BIN)/python -m benchmarks.fuzz_texts --files 5000 --seed $(or $(SEED),1)

acceptance: .venv/ready
	$(BIN)/python -m pytest -q -m acceptance

clean:
	rm -rf .venv demo docs/_build docs/_made .pytest_cache .mypy_cache .ruff_cache .hypothesis
	find src tests -name __pycache__ -type d -prune -exec rm -rf {} +
