from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import jsonschema
import pytest
import yaml
from answers_samples import switched_on

from tui_installer.model.answers.document import Answers
from tui_installer.model.answers.known_keys import inner_block
from tui_installer.model.answers.schema import schema
from tui_installer.model.answers.shape import read_data
from tui_installer.store import answers_file
from tui_installer.store.example import example

VALIDATOR = jsonschema.Draft202012Validator(schema())


def blocks(block=Answers, place=""):
    """(dotted place, key, field) of everything in the answers."""
    for name, field in block.model_fields.items():
        key = field.alias or name
        yield place, key, field
        inner = inner_block(field.annotation)
        if inner and inner is not block:  # a chain of jump hosts has no end
            yield from blocks(inner, f"{place}.{key}".strip("."))


def loaded():
    return answers_file.loads(example().encode(), "example.yaml", Path("/"))


def test_every_key_has_a_description_and_none_is_undocumented():
    assert len(list(blocks())) > 80
    for place, key, field in blocks():
        assert (field.description or "").endswith("."), f"{place}.{key}"


def test_the_schema_is_a_valid_one_of_the_draft_it_names():
    jsonschema.Draft202012Validator.check_schema(schema())
    assert schema()["$schema"].endswith("2020-12/schema")


def test_the_schema_describes_every_key():
    made = schema()
    for block in [made, *made["$defs"].values()]:
        assert block["additionalProperties"] is False
        assert block["description"]
        assert all({"description", "$ref"} & set(field) for field in block["properties"].values())


def test_the_example_resolves():
    spec = answers_file.resolve(loaded())
    assert [host.address for host in spec.hosts] == ["192.0.2.11", "192.0.2.12", "192.0.2.13"]


def test_the_example_shows_the_defaults():
    answers = loaded().answers
    answers.hosts = []
    assert answers.model_dump() == Answers().model_dump()


def test_the_example_is_valid_by_the_schema():
    VALIDATOR.validate(loaded().document.data)


def test_the_example_has_every_key_and_its_description():
    written = re.sub(r"\s*\n\s*# ", " ", example())
    data = switched_on()
    for place, key, field in blocks():
        here = data
        for part in filter(None, place.split(".")):
            here = here[part]
            here = here[0] if isinstance(here, list) else here
        assert key in here, f"{place}.{key}"
        assert field.description in written


def test_the_blocks_of_the_example_can_be_switched_on():
    _, faults = read_data(switched_on())
    assert faults == []
    VALIDATOR.validate(switched_on())


def test_the_example_fits_the_width_of_a_terminal_with_room():
    assert max(map(len, example().splitlines())) <= 100


@pytest.mark.parametrize(
    "change",
    [
        {"hots": 1},
        {"hosts": []},
        {"hosts": [{}]},
        {"hosts": [{"address": ""}]},
        {"ssh": {"port": "22"}},
        {"ssh": {"port": 70000}},
        {"ssh": {"agent": "no"}},
        {"ssh": {"jump": {}}},
        {"cluster": {"serviceCIDR": "10.0.0.0"}},
        {"kubernetes": {"version": 1.37}},
        {"kubernetes": {"version": "1.37"}},
        {"kubernetes": {"source": {"kind": "mirrow"}}},
        {"kubernetes": {"extraArgs": {"apiserver": {"--v": "4"}}}},
        {"kubernetes": {"extraArgs": {"apiserver": {"v": 4.5}}}},
        {"token": {"ttl": 24}},
        {"token": {"ttl": "24"}},
        {"certificates": {"leafLifetime": ""}},
        {"apiVersion": "tui-installer/v2"},
    ],
)
def test_the_schema_refuses_what_the_program_refuses(change):
    data = {"hosts": [{"address": "192.0.2.1"}], **change}
    assert not VALIDATOR.is_valid(data)
    with pytest.raises(answers_file.AnswersInvalid):
        answers_file.resolve(answers_file.loads(yaml.dump(data).encode(), "f", Path("/")))


@pytest.mark.parametrize(
    "change",
    [
        {"token": {"ttl": 0}},
        {"token": {"ttl": "1h30m"}},
        {"ssh": {"jump": None}},
        {"ssh": {"jump": {"address": "j.example", "user": None}}},
        {"kubernetes": {"extraArgs": {"apiserver": {"v": 4, "profiling": True, "x": "y"}}}},
        {"etcd": {"source": {"kind": "go"}}},
        {"hosts": [{"address": "192.0.2.1", "ssh": {"port": 23, "jump": None}}]},
    ],
)
def test_the_schema_takes_what_the_program_takes(change):
    data = {"hosts": [{"address": "192.0.2.1"}], **change}
    VALIDATOR.validate(data)
    answers_file.resolve(answers_file.loads(yaml.dump(data).encode(), "f", Path("/")))


def test_the_model_is_imported_in_a_quarter_of_a_second():
    """The best of three: a busy machine is not the model's fault."""
    code = (
        "import time; t = time.process_time(); import tui_installer.model.answers.document; "
        "print(time.process_time() - t)"
    )
    times = [
        float(subprocess.run([sys.executable, "-c", code], check=True, capture_output=True).stdout)
        for _ in range(3)
    ]
    assert min(times) < 0.25
