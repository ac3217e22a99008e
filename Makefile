# Every target does its own set-up: system packages, virtual environment, lab hosts.
VENV := .venv
RUN := $(VENV)/bin
TOOLS := .venv-release
LAB := /var/lib/tui-installer-demo

.PHONY: demo demo-down test check chaos fuzz bench screenshots release lock audit-dependencies setup host-packages clean

setup: $(VENV)/ready

$(VENV)/ready: pyproject.toml requirements/development.txt
	./scripts/setup-venv $(VENV)

$(TOOLS)/ready: pyproject.toml requirements/release.txt
	./scripts/setup-venv $(TOOLS) release

host-packages:
	./scripts/host-packages

demo: setup host-packages       ## a 3-master control plane on throwaway hosts
	./scripts/demo $(RUN) $(LAB)

demo-down: setup                ## end the demo's hosts
	$(RUN)/tui-installer lab down --folder $(LAB)
	@rm -f $(LAB).yaml

test: setup host-packages       ## everything: lint, types, unit tests, real hosts
	./scripts/test $(RUN)

check: setup                    ## the quick loop: no hosts
	$(RUN)/ruff check .
	$(RUN)/ruff format --check .
	$(RUN)/mypy
	$(RUN)/lint-imports
	$(RUN)/pytest -q -n 4 tests/unit tests/tui tests/fuzz

chaos: setup host-packages      ## every fault at every step; SEED=N ONLY=CASE repeats one
	$(RUN)/pytest -q -n 2 --dist loadgroup tests/chaos --chaos-whole \
		$(if $(SEED),--chaos-seed $(SEED)) $(if $(ONLY),--chaos-only '$(ONLY)' -k test_a_fault)

fuzz: setup                     ## 100,000 mutated documents of each kind; ONLY=TARGET[:NUMBER] SEED=N
	$(RUN)/pytest -q -n 2 tests/fuzz --fuzz-whole \
		$(if $(SEED),--fuzz-seed $(SEED)) $(if $(ONLY),--fuzz-only '$(ONLY)')

bench: setup host-packages      ## figures, beside the same work done by hand
	$(RUN)/python benchmarks/install.py

screenshots: setup              ## screenshots/ anew, of the wizard as it is
	./scripts/picture-packages
	$(RUN)/python tests/tui/screenshots.py

release: $(TOOLS)/ready         ## dist/: sdist, wheel, SBOM and SHA256SUMS, built twice and compared
	./scripts/release $(TOOLS)/bin dist

lock: $(TOOLS)/ready            ## requirements/ anew; NEWER=NAME moves one library, NEWER=all every one
	./scripts/lock $(TOOLS)/bin \
		$(if $(NEWER),$(if $(filter all,$(NEWER)),--upgrade,--upgrade-package $(NEWER)))

audit-dependencies: $(TOOLS)/ready           ## known vulnerabilities of what is locked
	./scripts/audit-dependencies $(TOOLS)/bin

clean:
	rm -rf $(VENV) $(TOOLS)
