"""Lists of hosts as people have them: which hosts they give, and what is said of the rest.

A row of tests/unit/data/host_lists: case, text, aliases (name → host, as SSH resolves it), summary,
hosts as in the answers, said: every remark.
"""

from __future__ import annotations

from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st
from repo_root import ROOT

from tui_installer.model.answers.shape import read_data
from tui_installer.model.check.check import check
from tui_installer.store.host_lists.found import HostList, Kind
from tui_installer.store.host_lists.read import read

FILES = sorted((ROOT / "tests/unit/data/host_lists").glob("*.yaml"))
ROWS: dict[str, dict[str, Any]] = {
    f"{file.stem}: {row['case']}": row for file in FILES for row in yaml.safe_load(file.read_text())
}


def listed(text: str, **aliases: str) -> HostList:
    return read(text, lambda name: aliases.get(name, ""))


def said(found: HostList) -> list[str]:
    return [
        f"{line.number} {line.kind.value} {line.label}: {'; '.join(parts)}"
        for line in found.lines
        if (parts := [*([line.text] if line.text else []), *line.left_out])
    ]


@pytest.mark.parametrize("row", ROWS.values(), ids=ROWS)
def test_a_list_gives_these_hosts_and_says_what_it_left_out(row: dict[str, Any]) -> None:
    found = read(row["text"], lambda name: row.get("aliases", {}).get(name, ""))
    assert found.hosts == row.get("hosts", [])
    assert said(found) == row.get("said", [])
    assert found.summary() == row["summary"]


def test_there_are_rows_of_every_format() -> None:
    formats = {row["summary"].partition(":")[0] for row in ROWS.values()}
    assert len(ROWS) >= 60
    assert len(formats) >= 12


@pytest.mark.parametrize("row", ROWS.values(), ids=ROWS)
def test_the_complete_hosts_are_valid_answers(row: dict[str, Any]) -> None:
    hosts = [host for host in row.get("hosts", []) if "address" in host]
    answers, faults = read_data({"apiVersion": "tui-installer/v1", "hosts": hosts})
    assert not faults
    wrong = [problem for problem in check(answers) if problem.path.startswith("hosts.")]
    assert all("one address family" in problem.hint for problem in wrong)


@pytest.mark.parametrize("row", ROWS.values(), ids=ROWS)
def test_a_title_is_no_host_and_a_secret_is_not_repeated(row: dict[str, Any]) -> None:
    found = read(row["text"], lambda _: "")
    names = {host.get("name", "") for host in found.hosts}
    assert not names & {"ip", "address", "name", "host", "hostname", "status", "ssh", "localhost"}
    shown = repr(found)
    assert not any(secret in shown for secret in ("hunter2", "s3cret", "6162"))


def test_hosts_that_are_listed_already_are_not_added_again() -> None:
    found = read("m1 192.0.2.11", lambda _: "", known=[{"address": "192.0.2.11"}])
    assert found.hosts == []
    assert said(found) == ["1 lost m1: 192.0.2.11 is already listed"]


def test_a_dns_name_is_looked_up_where_that_is_wanted() -> None:
    text = "a.example.com\nb.example.com\nc.example.com\nplain\n"
    answers = {"a.example.com": ["192.0.2.11"], "b.example.com": ["192.0.2.12", "192.0.2.13"]}
    asked = []

    def lookup(name: str) -> list[str]:
        asked.append(name)
        return answers.get(name, ["127.0.1.1"])

    found = read(text, lambda _: "", lookup=lookup)
    assert asked == ["a.example.com", "b.example.com", "c.example.com"]
    assert [host.get("address") for host in found.hosts] == ["192.0.2.11", None, None]
    assert "check it" in said(found)[0]
    assert "several addresses: 192.0.2.12, 192.0.2.13" in said(found)[1]


def test_no_more_hosts_are_read_than_anybody_has() -> None:
    text = "\n".join(f"10.{n // 250}.1.{n % 250 + 1}" for n in range(600))
    found = listed(text)
    assert len(found.hosts) == 500
    assert found.lines[-1].text == "only the first 500 hosts are read"
    many = listed("[masters]\nm[1:9999999] ansible_host=192.0.2.1")
    assert many.hosts == []
    assert "more than 500" in many.lines[0].text


BITS = st.sampled_from(
    ["[masters]", "[all:vars]", "m[1:3]", "ansible_host=", "192.0.2.11", "2001:db8::1", "[", "]",
     "{", "}", ":", ",", ";", "\t", "|", "\n", "\n  ", "- ", "Host a", "HostName ", "NAME STATUS",
     "name,address", '"', "'", "{{ x }}", "=", "%", "#", "all:", "hosts:", "children:", "ssh://",
     "@", "-p 22", "-J a,b", "to", '"value":', '"type":', "null", "\x00", "é", "💥", "\u2028"]
)  # fmt: skip
TEXTS = st.lists(BITS | st.text(max_size=4), max_size=40).map("".join) | st.text(max_size=300)


@given(text=TEXTS)
def test_any_text_gives_hosts_or_reasons(text: str) -> None:
    found = read(text, lambda name: "192.0.2.99" if name == "a" else "")
    for line in found.lines:
        assert (line.host is not None) == (line.kind is Kind.HOST)
        assert line.host or line.text
    assert found.summary()


@given(text=TEXTS)
def test_lines_around_other_text_are_still_read_or_counted(text: str) -> None:
    hosts = [host for host in listed(text).hosts if "address" in host]
    answers, faults = read_data({"apiVersion": "tui-installer/v1", "hosts": hosts})
    assert not faults
    values = [p for p in check(answers) if p.path.endswith((".address", ".port", ".user"))]
    assert all("hosts." in problem.message + problem.hint or "family" in problem.hint
               for problem in values)  # fmt: skip
