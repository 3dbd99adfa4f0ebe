# Thin: the same steps as make.bat; what each does stands in tools/ and in the commands themselves.
PYTHON ?= python3
BIN := .venv/bin
QUESTION ?= Can I challenge the decision of the conference?

.PHONY: all install build ask site serve check test lint bench peers accessible lock regen clean help

all: install  ## install, build, ask a question, build the site
	@$(BIN)/readacross build
	@$(BIN)/readacross site
	@echo
	@$(BIN)/readacross ask "$(QUESTION)"
	@echo
	@echo "Open in a browser: $(CURDIR)/build/site/index.html"

install:
	@$(PYTHON) tools/install.py run

build: install  ## rebuild index/ and the search index
	$(BIN)/readacross build

ask: install  ## make ask QUESTION="…"
	@$(BIN)/readacross ask "$(QUESTION)"

site: install  ## build the site into build/site
	@$(BIN)/readacross site

serve: install  ## serve the site on 127.0.0.1:8000, built again when a source changes
	@$(BIN)/readacross serve

check: install  ## list what is wrong with sources and index
	@$(BIN)/readacross check

test:  ## run every test and check, installing what they need
	@$(PYTHON) tools/install.py test
	@$(PYTHON) tools/test.py

bench:  ## compare one cold question with llama-index's default path
	@$(PYTHON) tools/install.py bench
	$(BIN)/readacross build
	$(BIN)/python benchmarks/cold_question.py

peers:  ## compare retrieval with every peer: make peers SETS="DIR …"
	@$(PYTHON) tools/install.py peers
	$(BIN)/python benchmarks/retrieval.py $(SETS)

accessible:  ## look at every kind of page with axe, and write qa/accessibility.json
	@$(PYTHON) tools/install.py test
	$(BIN)/python tools/accessibility.py

regen: install  ## rewrite golden files and the command reference
	$(BIN)/python -m pytest --regen tests/test_golden.py tests/test_docs.py

lock:  ## make locks/ anew (needs uv)
	$(PYTHON) tools/lock.py

clean:  ## remove what was built, not what was installed
	rm -rf build docs/_build index/generations

help:  ## this list
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:[^#]*## /\t/' | expand -t 12
