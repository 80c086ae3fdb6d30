# The two commands of a newcomer: `make locales` and `make test`. Both set up .venv first, if need be.

PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin

# Only locked versions are installed, and only wheels: to build others, pip would fetch what is not locked.
PIP := -m pip install --quiet --disable-pip-version-check
export PIP_ONLY_BINARY ?= :all:

# The tests start many processes; without byte code each of them would compile the package again.
unexport PYTHONDONTWRITEBYTECODE

install = $(BIN)/python $(PIP) --require-hashes -r requirements/build.txt -r requirements/$(1).txt \
  && $(BIN)/python $(PIP) --no-index --no-deps --no-build-isolation --editable .
lock = $(BIN)/uv --no-config --quiet pip compile --universal --python-version 3.11 --generate-hashes --no-annotate \
  --custom-compile-command 'make lock' $(if $(UPGRADE),--upgrade)

.PHONY: help locales preview quick test test-browser test-all mutate newest check format roundtrip fuzz kill bench bench-base bench-collection bench-tables bench-peers bench-merge bench-checks bench-preview bench-coverage bench-roundtrip bench-first-contact hostile hostile-tools mdx pages lock wheel clean
.DEFAULT_GOAL := help

help:  ## show this list
	@sed -n 's/^\([a-z-]*\):.*## /\1\t/p' $(MAKEFILE_LIST) | expand -t 18

locales: $(VENV)/.installed  ## extract, update, check and build, and show the status of each locale
	@$(BIN)/translate-pipe locales

preview: $(VENV)/.installed-preview  ## show documents beside their translations in the browser, live (LOCALE=ar)
	@$(BIN)/translate-pipe preview $(LOCALE)

# The lanes of the tests. Which markers each leaves out, and why, is in CONTRIBUTING.md.
PYTEST := $(BIN)/pytest --numprocesses auto
SLOW   := slow or browser or kill or benchmark

quick: $(VENV)/.installed-dev  ## run the tests that need no files and little time (seconds)
	@HYPOTHESIS_PROFILE=quick $(PYTEST) -m 'not (disk or effort or $(SLOW))' $(TESTS)

test: $(VENV)/.installed-dev  ## run all tests except the slow ones (a few minutes; TESTS="tests/test_po.py -k wrap")
	@$(PYTEST) --dist loadfile -m 'not ($(SLOW))' $(TESTS)

test-browser: $(VENV)/.installed-dev  ## run the tests that open pages in Chromium (a minute)
	@$(BIN)/pytest -m browser tests

test-all: $(VENV)/.installed-dev  ## run every test with many examples, and measure the coverage (half an hour)
	@$(BIN)/coverage erase
	@HYPOTHESIS_PROFILE=all TRANSLATE_PIPE_KILLS=100 $(PYTEST) --dist loadfile --cov --cov-report=term

mutate: $(VENV)/.installed-mutate  ## change MODULE=catalogue/merge.py in small ways, and show what no test notices (minutes)
	@$(BIN)/python tools/mutate.py $(MODULE) $(TESTS)

newest: $(VENV)/.installed-dev  ## run the quick tests with the newest versions that the ranges allow, and report
	@HYPOTHESIS_PROFILE=quick $(BIN)/python tools/newest.py --numprocesses auto -m 'not (disk or effort or $(SLOW))' $(TESTS)

check: $(VENV)/.installed-dev  ## format, lint, types, import directions
	@$(BIN)/ruff format --check .
	@$(BIN)/ruff check .
	@$(BIN)/mypy
	@$(BIN)/pytest tests/test_architecture.py

format: $(VENV)/.installed-dev  ## format the code and fix what the linter can
	@$(BIN)/ruff check --fix .
	@$(BIN)/ruff format .

roundtrip: $(VENV)/.installed  ## prove on FILES=… that untranslated output is byte-identical
	@$(BIN)/translate-pipe roundtrip $(FILES)

fuzz: $(VENV)/.installed-dev  ## the properties with many more examples (minutes to hours)
	@HYPOTHESIS_PROFILE=fuzz $(BIN)/pytest -m property

kill: $(VENV)/.installed-dev  ## kill 300 runs at random moments and check what they leave (minutes)
	@TRANSLATE_PIPE_KILLS=300 $(BIN)/pytest -s tests/test_faults.py -k kill

SIZE ?= default
PAGE := docs/performance.md

# Another commit to measure beside this one. Its own lock is installed or, before there were locks, ours.
BASE_COMMIT := $(if $(BASE),$(shell git rev-parse --short=7 --verify --quiet '$(BASE)^{commit}'))
BASE_FOLDER := $(addprefix .bench/base/,$(BASE_COMMIT))
CPP_DOCS    ?= .bench/cpp-docs
export CPP_DOCS

bench: $(VENV)/.installed-bench bench-base bench-collection  ## measure everything that users wait for, beside other tools (SIZE=small|default|full: minutes, an hour, hours; BASE=COMMIT)
	@$(BIN)/python benchmarks/bench.py --size $(SIZE) $(if $(BASE),--base $(BASE_FOLDER)) $(if $(CASES),--add --cases $(CASES)) \
	  $(if $(ONLY),--add --only $(ONLY)) \
	  $(if $(filter small,$(SIZE)),,--page $(PAGE) --figures $(PAGE:.md=.json))

bench-base: $(if $(BASE),$(or $(addsuffix /.installed,$(BASE_FOLDER)),no-base))  ## install the commit BASE=… beside, to be measured by make bench

.PHONY: no-base
no-base:
	@echo 'BASE=$(BASE) is no commit of this repository; in a shallow clone run: git fetch --unshallow' >&2; exit 2

.bench/base/%/.installed: | $(BIN)/python
	@echo 'Installing translate-pipe of commit $* into $(@D) …' >&2
	@rm -rf $(@D) && mkdir -p $(@D) && git archive $* | tar -x -C $(@D)
	@$(BIN)/python -m venv --without-pip $(@D)/.venv
	@locks=$$(test -d $(@D)/requirements && echo $(@D)/)requirements; \
	$(BIN)/python -m pip --python $(@D)/.venv/bin/python install --quiet --disable-pip-version-check \
	  --require-hashes -r $$locks/build.txt -r $$locks/run.txt
	@$(BIN)/python -m pip --python $(@D)/.venv/bin/python install --quiet --disable-pip-version-check \
	  --no-index --no-deps --no-build-isolation --editable $(@D)
	@$(@D)/.venv/bin/translate-pipe --version >&2
	@touch $@

# A real collection: 9,746 documents. Without it the benchmark makes up documents of the same number and size.
CPP_DOCS_URL    ?= https://github.com/MicrosoftDocs/cpp-docs
CPP_DOCS_COMMIT := a2e592a8fc391b6aff8d1323f5b58696abdc5d57
GIT_FETCH       := GIT_TERMINAL_PROMPT=0 git -c http.lowSpeedLimit=1000 -c http.lowSpeedTime=20 -C .bench/cpp-docs

bench-collection:  ## fetch the documents of MicrosoftDocs/cpp-docs for make bench, or take them from CPP_DOCS=folder
	@test -e $(CPP_DOCS)/docs || test '$(CPP_DOCS)' != .bench/cpp-docs || { \
	  echo 'Fetching cpp-docs into .bench/cpp-docs …' >&2; git init --quiet .bench/cpp-docs \
	    && $(GIT_FETCH) fetch --quiet --depth 1 $(CPP_DOCS_URL) $(CPP_DOCS_COMMIT) \
	    && $(GIT_FETCH) checkout --quiet FETCH_HEAD \
	    || { rm -rf .bench/cpp-docs; echo 'cpp-docs could not be fetched; the benchmark makes up documents like it' >&2; }; }

bench-tables: $(VENV)/.installed-bench  ## make the tables and the plot of docs/performance.md again from its figures
	@$(BIN)/python benchmarks/bench.py --tables --figures $(PAGE:.md=.json) --page $(PAGE)

bench-peers: $(BIN)/python  ## install mdpo, Translate Toolkit and mdbook for the benchmark, and gettext and po4a where apt-get is
	@for peer in mdpo translate-toolkit; do \
	  folder=.bench/peers/$$peer; echo "Installing $$peer into $$folder …" >&2; \
	  $(BIN)/python -m venv --without-pip $$folder \
	    && $(BIN)/python -m pip --python $$folder/bin/python install --quiet --disable-pip-version-check \
	      --require-hashes -r requirements/$$peer.txt \
	    || echo "$$peer could not be installed; the benchmark does without" >&2; done
	@echo 'Installing mdbook and mdbook-i18n-helpers into .bench/peers/mdbook (minutes) …' >&2
	@{ cargo install --quiet --locked --root .bench/peers/mdbook --no-default-features mdbook@0.5.4 \
	    && cargo install --quiet --locked --root .bench/peers/mdbook mdbook-i18n-helpers@0.4.0; } \
	  || echo 'mdbook-i18n-helpers could not be installed, it needs cargo; the benchmark does without' >&2
	@command -v msgmerge >/dev/null && { command -v po4a >/dev/null || test -n "$(PO4A)"; } \
	  || { command -v apt-get >/dev/null && apt-get update -qq && apt-get install -y -qq gettext po4a; } >/dev/null 2>&1 \
	  || echo 'gettext and po4a could not be installed; the benchmark does without' >&2

mdx:  ## install the compiler of MDX with npm, which some tests use
	@npm install --silent --no-audit --no-fund --prefix .bench/mdx \
	  @mdx-js/mdx@3 remark-directive@4 remark-frontmatter@5 remark-gfm@4

bench-merge: $(VENV)/.installed-dev  ## merge against msgmerge: quality and CPU time (minutes)
	@$(BIN)/python benchmarks/merge_quality.py
	@$(BIN)/python benchmarks/merge_speed.py

bench-checks: $(VENV)/.installed-dev  ## how many planted defects the checks find, and their false alarms (a minute)
	@$(BIN)/python benchmarks/check_quality.py $(or $(TRANSLATE_PIPE_DEFECTS),../shared/qa/defects)

pages: $(VENV)/.installed-dev  ## write the pages of docs/ that are made from the code: the dialects and the API reference
	@$(BIN)/python tools/dialect_pages.py
	@$(BIN)/python tools/api_page.py

hostile: $(VENV)/.installed-dev  ## try hostile translations in the site generators that are installed (half an hour; ONLY=Hugo)
	@$(BIN)/python benchmarks/hostile/trial.py $(addprefix --only ,$(ONLY)) --table .bench/hostile/table.md

hostile-tools: $(BIN)/python  ## install site generators for it: Python and npm packages, and Debian's where apt-get is
	@sh benchmarks/hostile/install.sh $(BIN)/python

bench-preview: $(VENV)/.installed-dev  ## how long translators wait for the preview, in Chromium (a minute)
	@$(BIN)/python benchmarks/preview_speed.py

bench-coverage: $(VENV)/.installed-dev  ## the words of FOLDER=… that no segment has, and the segments without words
	@$(BIN)/python benchmarks/prose_coverage.py $(FOLDER) $(if $(DIALECT),--dialect $(DIALECT))

bench-roundtrip: $(VENV)/.installed-dev  ## round trips and pseudo-translations of all Markdown in FOLDERS=… (minutes)
	@$(BIN)/python benchmarks/roundtrip_many.py $(FOLDERS) $(if $(DIALECT),--dialect $(DIALECT))

bench-first-contact: $(VENV)/.installed-dev  ## run init, locales and a pseudo-translation on copies of the projects in FOLDERS=… (minutes)
	@$(BIN)/python benchmarks/first_contact.py $(FOLDERS)

lock: $(VENV)/.installed-lock  ## lock what make installs, in requirements/ (UPGRADE=1: the newest versions)
	@$(lock) pyproject.toml --extra dev -o requirements/dev.txt
	@$(lock) pyproject.toml -c requirements/dev.txt -o requirements/run.txt
	@$(lock) pyproject.toml --extra preview -c requirements/dev.txt -o requirements/preview.txt
	@$(lock) pyproject.toml --extra cluster -c requirements/dev.txt -o requirements/cluster.txt
	@$(lock) pyproject.toml --extra bench -c requirements/dev.txt -o requirements/bench.txt
	@$(lock) --group build -c requirements/dev.txt -o requirements/build.txt
	@$(lock) --group mutate -c requirements/dev.txt -o requirements/mutate.txt
	@for group in lock mdpo translate-toolkit hostile; do $(lock) --group $$group -o requirements/$$group.txt || exit; done

wheel: $(VENV)/.installed-dev  ## build the wheel and try it in an empty environment
	@rm -rf dist
	@$(BIN)/python -m build --no-isolation --outdir dist .
	@sh tests/try_wheel.sh dist

clean:  ## remove everything that make has made
	@rm -rf $(VENV) .bench build dist .coverage* .hypothesis .mypy_cache .pytest_cache .ruff_cache

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
	  || { echo 'translate-pipe needs Python 3.11 or newer; name one with: make PYTHON=python3.12 …' >&2; exit 1; }
	@$(PYTHON) -c 'import ensurepip' 2>/dev/null && $(PYTHON) -m venv $(VENV) \
	  || { $(PYTHON) -m venv --clear --without-pip $(VENV) && $(PYTHON) tools/bootstrap_pip.py $@; } \
	  || { rm -rf $(VENV); echo 'Python cannot make a virtual environment here; on Debian: apt install python3-venv' >&2; exit 1; }

$(VENV)/.installed: pyproject.toml requirements/build.txt requirements/run.txt | $(BIN)/python
	@echo 'Installing translate-pipe into $(VENV) …' >&2
	@$(call install,run)
	@touch $@

$(VENV)/.installed-preview: pyproject.toml requirements/build.txt requirements/preview.txt | $(BIN)/python
	@echo 'Installing translate-pipe and its preview into $(VENV) …' >&2
	@$(call install,preview)
	@touch $@ $(VENV)/.installed

$(VENV)/.installed-dev: pyproject.toml requirements/build.txt requirements/dev.txt | $(BIN)/python
	@echo 'Installing translate-pipe and its development tools into $(VENV) …' >&2
	@$(call install,dev)
	@touch $@ $(VENV)/.installed $(VENV)/.installed-preview

$(VENV)/.installed-bench: pyproject.toml requirements/build.txt requirements/bench.txt | $(BIN)/python
	@echo 'Installing translate-pipe and what its benchmark needs into $(VENV) …' >&2
	@$(call install,bench)
	@touch $@ $(VENV)/.installed

$(VENV)/.installed-lock: requirements/lock.txt | $(BIN)/python
	@echo 'Installing uv into $(VENV) …' >&2
	@$(BIN)/python $(PIP) --require-hashes -r requirements/lock.txt
	@touch $@

$(VENV)/.installed-mutate: requirements/mutate.txt | $(VENV)/.installed-dev
	@echo 'Installing mutmut into $(VENV) …' >&2
	@$(BIN)/python $(PIP) --require-hashes -r requirements/mutate.txt
	@touch $@
