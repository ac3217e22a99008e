# Every target does its own set-up: system packages, virtual environment, lab hosts.
VENV := .venv
RUN := $(VENV)/bin
LAB := /var/lib/tui-installer-demo

.PHONY: demo demo-down test check chaos bench screenshots setup host-packages clean

setup: $(VENV)/ready

$(VENV)/ready: pyproject.toml constraints.txt
	./scripts/setup-venv $(VENV)

host-packages:
	./scripts/host-packages

demo: setup host-packages       ## a 3-master control plane on throwaway hosts
	./scripts/demo $(RUN) $(LAB)

demo-down: setup                ## end the demo's hosts
	$(RUN)/tui-installer lab --folder $(LAB) down

test: setup host-packages       ## everything: lint, types, unit tests, real hosts
	./scripts/test $(RUN)

check: setup                    ## the quick loop: no hosts
	$(RUN)/ruff check .
	$(RUN)/ruff format --check .
	$(RUN)/mypy
	$(RUN)/lint-imports
	$(RUN)/pytest -q -n 2 tests/unit tests/tui

chaos: setup host-packages      ## every fault at every step; SEED=N ONLY=CASE repeats one
	$(RUN)/pytest -q -n 2 --dist loadgroup tests/chaos --chaos-whole \
		$(if $(SEED),--chaos-seed $(SEED)) $(if $(ONLY),--chaos-only '$(ONLY)' -k test_a_fault)

bench: setup host-packages      ## figures, beside the same work done by hand
	$(RUN)/python benchmarks/install.py

screenshots: setup              ## screenshots/ anew, of the wizard as it is
	./scripts/picture-packages
	$(RUN)/python tests/tui/screenshots.py

clean:
	rm -rf $(VENV)
