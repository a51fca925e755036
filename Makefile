# Targets only dispatch. Everything is compiled as one workspace, so that heavy dependencies are compiled once.
export CARGO_TARGET_DIR ?= $(HOME)/.cache/vigie/target
export VIGIE_VENV ?= $(HOME)/.cache/vigie/venv
BIN := $(CARGO_TARGET_DIR)/release/vigie
BUILD := cargo build --release --workspace --locked
NEXTEST := cargo nextest run --release --workspace --locked

.PHONY: build demo run test check bench crash mutations oracle evaluation venv browser alerts prometheus

build:
	$(BUILD)

demo: build
	tests/demo/run.sh $(BIN)

run: build
	$(BIN) serve --lake $${VIGIE_LAKE:-demo.lake}

venv:
	test -x $(VIGIE_VENV)/bin/python || python3 -m venv $(VIGIE_VENV)
	$(VIGIE_VENV)/bin/pip install --quiet --disable-pip-version-check -r tests/duckdb/requirements.txt

# Prometheus' tools and its Alertmanager, against which alerts are tried. Where they are missing and cannot be installed, those
# tests say that they are skipped.
prometheus:
	@{ command -v promtool && command -v prometheus-alertmanager; } >/dev/null \
	  || { test "$$(id -u)" = 0 && apt-get update -qq && DEBIAN_FRONTEND=noninteractive RUNLEVEL=1 \
	       apt-get install --yes -qq --no-install-recommends prometheus prometheus-alertmanager; } \
	  || echo "promtool and prometheus-alertmanager are not installed: what needs them is skipped"

test: venv prometheus
	command -v cargo-nextest >/dev/null || cargo install --locked cargo-nextest
	$(BUILD) --all-targets
	$(NEXTEST)

check:
	cargo fmt --all --check
	cargo clippy --release --workspace --all-targets --locked -- -D warnings

oracle: build
	VIGIE_CASES=2000 $(NEXTEST) --profile oracle -E 'binary(all) & test(equality)'
	VIGIE_CASES=500 $(NEXTEST) --profile oracle -E 'binary(all) & (test(backlog) | test(complaints) | test(repeats) | test(live) | test(flows) | test(homogeneity))'
	VIGIE_CASES=200 $(NEXTEST) --profile oracle -E 'binary(all) & (test(second_engine) | test(lag) | test(parts) | test(figures))'

evaluation: build
	python3 tests/contracts/run.py $(BIN) 500

mutations: build
	VIGIE_MUTATIONS=100000 $(NEXTEST) -E 'test(mutat)'

crash:
	$(BUILD) --features vigie/planted
	cp $(BIN) $(BIN)-planted
	$(BUILD)
	VIGIE_PLANTED_BIN=$(BIN)-planted VIGIE_KILLS=60 VIGIE_CUTS=20 $(NEXTEST) -E 'binary(all) & test(crash)' --no-capture

alerts: build prometheus
	VIGIE_ALERT_KILLS=200 $(NEXTEST) -E 'package(alert) | (binary(all) & test(alerts))' --no-capture

bench: build venv
	$(VIGIE_VENV)/bin/python tests/bench/run.py $(BIN)
	python3 tests/bench/contracts.py $(BIN)

browser: build
	command -v chromium >/dev/null || apt-get install --yes --no-install-recommends chromium
	python3 tests/browser/page.py $(BIN)
