# Every target sets up what it needs: system packages, virtual environment, lab hosts.
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

demo: setup host-packages       ## install a 3-master control plane on throwaway hosts
	./scripts/demo $(RUN) $(LAB)

demo-down: setup                ## take the demo's hosts down
	$(RUN)/tui-installer lab down --folder $(LAB)
	@rm -f $(LAB).yaml

test: setup host-packages       ## run everything: lint, types, unit tests, tests on real hosts
	./scripts/test $(RUN)

check: setup                    ## run lint, types and all tests without hosts
	$(RUN)/ruff check .
	$(RUN)/ruff format --check .
	$(RUN)/mypy
	$(RUN)/lint-imports
	$(RUN)/pytest -q -n 4 tests/unit tests/tui tests/fuzz

chaos: setup host-packages      ## test every fault at every step; SEED=N ONLY=CASE repeats one
	$(RUN)/pytest -q -n 2 --dist loadgroup tests/chaos --chaos-whole \
		$(if $(SEED),--chaos-seed $(SEED)) $(if $(ONLY),--chaos-only '$(ONLY)' -k test_a_fault)

fuzz: setup                     ## test 100,000 mutated documents of each kind; ONLY=TARGET[:NUMBER] SEED=N
	$(RUN)/pytest -q -n 2 tests/fuzz --fuzz-whole \
		$(if $(SEED),--fuzz-seed $(SEED)) $(if $(ONLY),--fuzz-only '$(ONLY)')

bench: setup host-packages      ## measure an installation and the same work done by hand
	$(RUN)/python benchmarks/install.py

screenshots: setup              ## regenerate screenshots/ from the current wizard
	./scripts/picture-packages
	$(RUN)/python tests/tui/screenshots.py

release: $(TOOLS)/ready         ## build dist/ (sdist, wheel, SBOM, SHA256SUMS) twice and compare
	./scripts/release $(TOOLS)/bin dist

lock: $(TOOLS)/ready            ## regenerate requirements/; NEWER=NAME upgrades one library, NEWER=all all of them
	./scripts/lock $(TOOLS)/bin \
		$(if $(NEWER),$(if $(filter all,$(NEWER)),--upgrade,--upgrade-package $(NEWER)))

audit-dependencies: $(TOOLS)/ready           ## list known vulnerabilities of locked dependencies
	./scripts/audit-dependencies $(TOOLS)/bin

clean:
	rm -rf $(VENV) $(TOOLS)
