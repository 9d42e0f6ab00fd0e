# make run: the chat page. make test: the whole suite. Each sets up .venv first; nothing is reinstalled when repeated.
PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
PIP    := $(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt
SETUP  := pyproject.toml constraints.txt
PORT   ?= 8501

# LIGHT=1 leaves out torch, OCR and the language-model door; the bundled embedding model answers all the same.
ifdef LIGHT
INSTALLED := $(VENV)/.installed-light
else
INSTALLED := $(VENV)/.installed
endif

.PHONY: run test check bench clean
run: $(INSTALLED)
	$(BIN)/kb ingest
	$(BIN)/kb serve --port $(PORT)

test: $(VENV)/.installed-dev
	$(BIN)/python -m pytest -n auto --dist loadfile

check: $(VENV)/.installed-dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

bench: $(VENV)/.installed-dev
	$(BIN)/python -m bench.run

$(VENV)/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "需要 Python 3.11 或更高版本：请安装后重试，或用 make PYTHON=路径 指定。" >&2; exit 1; }
	$(PYTHON) -m venv $(VENV) || { echo "无法创建 $(VENV)：Debian/Ubuntu 请先安装 python3-venv。" >&2; exit 1; }

$(VENV)/.installed-light: $(SETUP) | $(VENV)/bin/python
	@echo "正在安装（轻量）……"
	$(PIP) -e .
	@touch $@

$(VENV)/.installed: $(SETUP) | $(VENV)/bin/python
	@echo "正在安装，首次约需数分钟……"
	$(PIP) -e '.[neural,llm,ocr]'
	@touch $@ $(VENV)/.installed-light

$(VENV)/.installed-dev: $(SETUP) | $(VENV)/bin/python
	@echo "正在安装（含测试工具），首次约需数分钟……"
	$(PIP) -e '.[neural,llm,ocr,oidc,scale,dev]'
	@touch $@ $(VENV)/.installed $(VENV)/.installed-light

clean:
	rm -rf $(VENV) .kb
