"""What readers of YAML disagree on stands in quotes in every file that others read."""

from __future__ import annotations

import kube_samples
import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from tui_installer.kubernetes import kubeconfig
from tui_installer.kubernetes.components import SCHEDULER
from tui_installer.model.secret import Secret
from tui_installer.model.yaml_quoting import misread
from tui_installer.store.yaml_dump import dumped

NUMBERS = (
    "1e3",
    "08",
    "0o17",
    "0x1f",
    "0X1F",
    "-0b1",
    "12",
    "1.5",
    ".5",
    "1_0",
    "1E-2",
    "9343e4_0",
)
WORDS = ("y", "n", "Y", "N")


@pytest.mark.parametrize("text", [*NUMBERS, *WORDS])
def test_text_that_is_a_number_or_a_truth_value_to_some(text):
    assert misread(text)


@pytest.mark.parametrize(
    "text",
    ["", ".", "-", "a", "e3", "1e", "0o", "key1", "3a", "yy", "a1e3", "192.0.2.1", "_1", "y_"],
)
def test_text_that_everybody_reads_as_text(text):
    assert not misread(text)


def bare(written: bytes | str) -> set[str]:
    return {token.value for token in yaml.scan(written) if getattr(token, "plain", False)}


@pytest.mark.parametrize("name", ["1e3", "08", "0o17", "y", "n", "no", "null", "0x10", "017"])
def test_a_cluster_of_that_name_has_it_in_quotes(name):
    spec = kube_samples.spec(name=name)
    program = kubeconfig.for_component(SCHEDULER, spec, spec.hosts[0])
    for written in (program, kubeconfig.admin(spec, b"CA", b"CERT", Secret(b"KEY"))):
        assert name not in bare(written)
        assert yaml.safe_load(written)["clusters"][0]["name"] == name
    assert name not in bare(dumped({"cluster": {"name": name}}))


@given(st.text("0123456789eE.-+_", min_size=1, max_size=8))
def test_what_can_be_read_as_a_number_is_never_bare(text):
    if text in bare(dumped({"k": text})):
        with pytest.raises(ValueError, match="could not convert"):
            float(text)
