from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from release_support import SIZE, fake_elf

from tui_installer.errors import InstallerError
from tui_installer.model.spec import Version
from tui_installer.model.versions import (
    SUPPORTED_MINORS,
    SUPPORTED_RANGE,
    default_etcd_version,
    is_supported,
)
from tui_installer.release.digest import parse_digest
from tui_installer.release.elf import check_elf
from tui_installer.release.programs import go_arch

A, B = "a" * 64, "b" * 64


def refused(tmp_path, content, says, arch="amd64"):
    path = tmp_path / "kubectl"
    path.write_bytes(content)
    with pytest.raises(InstallerError, match=re.escape(says)):
        check_elf(path, arch)


@pytest.mark.parametrize(("machine", "arch"), [(62, "amd64"), (183, "arm64")])
@pytest.mark.parametrize("kind", [2, 3])
def test_a_program_of_the_right_architecture_passes(tmp_path, machine, arch, kind):
    path = tmp_path / "kubectl"
    path.write_bytes(fake_elf("kubectl", machine=machine, kind=kind))
    check_elf(path, arch)


def test_the_interpreter_that_runs_this_is_seen_as_a_program(tmp_path):
    with Path("/proc/self/exe").open("rb") as file:
        head = file.read(4096)
    refused(tmp_path, head, "kubectl is truncated" if head[18] == 62 else "is built for")


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "kubectl is empty"),
        (b"<!DOCTYPE html><html>", "kubectl is a web page (HTML), not a 64-bit Linux program"),
        (b"\xef\xbb\xbf\n <html>", "is a web page"),
        (b"#!/bin/sh\n", "is a script"),
        (b"\x1f\x8b\x08", "is a gzip file"),
        (b"MZ\x90" + b"x" * SIZE, "is of an unknown format"),
        (b"\x7fELF\x01\x01" + b"x" * SIZE, "is a 32-bit or non-Linux program"),
        (b"\x7fELF\x02\x02" + b"x" * SIZE, "is a 32-bit or non-Linux program"),
        (fake_elf("x", kind=1), "is an object file"),
        (fake_elf("x", machine=183), "is built for arm64, the host is amd64"),
        (fake_elf("x", machine=999), "is built for machine 999"),
        (fake_elf("x")[:-1], "is truncated"),
        (fake_elf("x")[:80], "is truncated"),
        (fake_elf("x")[:30], "is truncated"),
        (fake_elf("x", size=(1 << 20) - 1), "is too small"),
    ],
    ids=lambda value: "" if isinstance(value, bytes) else value,
)
def test_what_is_no_such_program_is_refused_in_words(tmp_path, content, says):
    refused(tmp_path, content, says)


@given(st.binary(max_size=300))
def test_no_header_breaks_the_reader(tmp_path_factory, tail):
    path = tmp_path_factory.getbasetemp() / "any"
    path.write_bytes(b"\x7fELF\x02\x01" + tail)
    with pytest.raises(InstallerError):
        check_elf(path, "amd64")


@pytest.mark.parametrize(
    "text",
    [A, A + "\n", A.upper(), f"{A}  kubectl\n", f"{A} *kubectl", f"{B}  other\n{A}  kubectl",
     f"\ufeff{A}", f"{A}  bin/linux/kubectl\r\n", f"# sums\n{A}  kubectl"],
)  # fmt: skip
def test_the_forms_of_a_digest_file_are_read(text):
    assert parse_digest(text.encode(), "kubectl", "here").value == A


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("<html>no</html>", "is a web page"),
        ("", "is empty"),
        ("not found", "is of an unknown format"),
        (f"{A}  kubectl.exe", "lists other files only"),
        (f"{A}\n{B}\n", "lists other files only"),
        (A[:-1], "has no digest of kubectl"),
    ],
)
def test_what_is_no_digest_of_it_is_refused(text, says):
    with pytest.raises(InstallerError, match=says):
        parse_digest(text.encode(), "kubectl", "here")


@given(st.binary(max_size=400))
def test_any_bytes_are_a_digest_or_an_error(text):
    try:
        found = parse_digest(text, "kubectl", "here")
    except InstallerError:
        return
    assert re.fullmatch(r"[0-9a-f]{64}|[0-9a-f]{128}", found.value)


def test_architectures_are_named_as_release_files_name_them():
    assert (go_arch("x86_64"), go_arch("aarch64")) == ("amd64", "arm64")
    with pytest.raises(InstallerError, match="riscv64"):
        go_arch("riscv64")


def test_the_default_etcd_follows_kubeadm():
    chosen = {minor: str(default_etcd_version(Version(1, minor, 0))) for minor in SUPPORTED_MINORS}
    assert {chosen[m] for m in range(28, 34)} == {"v3.5.35"}
    assert {chosen[m] for m in range(34, 37)} == {"v3.6.16"}
    assert chosen[37] == str(default_etcd_version(Version(1, 38, 0))) == "v3.7.3"


def test_the_supported_range_has_both_ends():
    assert SUPPORTED_RANGE == "v1.28 to v1.37"
    assert [is_supported(Version(1, m, 9)) for m in (27, 28, 37, 38)] == [False, True, True, False]
    assert not is_supported(Version(2, 30, 0))


@pytest.mark.parametrize("offset", [1 << 40, 1 << 63, (1 << 64) - 1])
def test_a_table_beyond_the_end_is_cut_off(tmp_path, offset):
    made = bytearray(fake_elf("x"))
    made[32:40] = offset.to_bytes(8, "little")
    refused(tmp_path, bytes(made), "is truncated")
