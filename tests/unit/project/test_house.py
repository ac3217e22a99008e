"""The house in figures: sizes of files and classes, and no import circles."""

from __future__ import annotations

import ast
import subprocess

import grimp
from repo_root import ROOT

LINES, METHODS = 400, 25
"""Lines of a file of the program; methods of any class."""


def sources() -> list[str]:
    done = subprocess.run(
        ["git", "ls-files", "*.py"], cwd=ROOT, capture_output=True, text=True, check=True
    )
    return [name for name in done.stdout.split() if (ROOT / name).is_file()]


def test_no_file_is_long() -> None:
    found = sources()
    assert len(found) > 100
    lengths = {
        name: (ROOT / name).read_text().count("\n")
        for name in found
        if name.startswith("tui_installer/")
    }
    assert {name: count for name, count in lengths.items() if count > LINES} == {}


def test_no_class_has_many_methods() -> None:
    many = {}
    for name in sources():
        for node in ast.walk(ast.parse((ROOT / name).read_text())):
            if isinstance(node, ast.ClassDef):
                count = sum(
                    isinstance(n, ast.FunctionDef | ast.AsyncFunctionDef) for n in node.body
                )
                if count > METHODS:
                    many[f"{name}:{node.name}"] = count
    assert many == {}


def circles(*, types: bool) -> list[set[str]]:
    """Groups of modules that import each other. types: imports for type checks count, too."""
    graph = grimp.build_graph(
        "tui_installer", exclude_type_checking_imports=not types, cache_dir=None
    )
    reached = {one: graph.find_upstream_modules(one) for one in graph.modules}
    found: list[set[str]] = []
    for one in sorted(reached):
        group = {one, *(other for other in reached[one] if one in reached[other])}
        if len(group) > 1 and group not in found:
            found.append(group)
    return found


def test_no_modules_import_each_other() -> None:
    assert circles(types=False) == []


def test_only_types_within_a_folder_know_each_other() -> None:
    found = circles(types=True)
    across = [group for group in found if len({name.rpartition(".")[0] for name in group}) > 1]
    assert across == []
