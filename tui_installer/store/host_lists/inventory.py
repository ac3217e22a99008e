"""An Ansible inventory as data: groups, hosts and variables, merged as Ansible merges them."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

MOST_HOSTS = 500
_RANGE = re.compile(r"\[([0-9]+|[A-Za-z]):([0-9]+|[A-Za-z])(?::([0-9]{1,4}))?\]")


@dataclass(slots=True)
class Group:
    """hosts, children: names. variables: of the group. line: where it starts."""

    name: str
    line: int = 0
    hosts: list[str] = field(default_factory=list)
    children: list[str] = field(default_factory=list)
    variables: dict[str, str] = field(default_factory=dict)


@dataclass(slots=True)
class Inventory:
    """groups: by name. lines, variables: of each host, by name, in the order of the inventory."""

    groups: dict[str, Group] = field(default_factory=dict)
    lines: dict[str, int] = field(default_factory=dict)
    variables: dict[str, dict[str, str]] = field(default_factory=dict)

    def group(self, name: str, line: int = 0) -> Group:
        """Returns the group of that name; a new one if there is none."""
        return self.groups.setdefault(name, Group(name, line))

    def add_host(self, name: str, group: str, line: int, variables: dict[str, str]) -> None:
        """Adds a host to a group. Its variables replace those of an earlier mention."""
        self.lines.setdefault(name, line)
        self.variables.setdefault(name, {}).update(variables)
        hosts = self.group(group).hosts
        if name not in hosts:
            hosts.append(name)

    def members(self, name: str) -> list[str]:
        """The hosts of a group and of its children, in order."""
        found: dict[str, None] = {}
        seen: set[str] = set()
        waiting = [name]
        while waiting:
            one = waiting.pop(0)
            if one in seen or one not in self.groups:
                continue
            seen.add(one)
            found.update(dict.fromkeys(self.groups[one].hosts))
            waiting += self.groups[one].children
        return list(found)

    def merged(self) -> dict[str, dict[str, str]]:
        """Host → its variables: those of all, of groups, of their children, then its own."""
        result: dict[str, dict[str, str]] = {name: {} for name in self.lines}
        depths = self._depths()
        for name in sorted(self.groups, key=lambda name: (depths[name], name)):
            group = self.groups[name]
            if group.variables:
                for host in self.lines if name == "all" else self.members(name):
                    result[host].update(group.variables)
        for host, variables in self.variables.items():
            result[host].update(variables)
        return result

    def _depths(self) -> dict[str, int]:
        """How deep each group is below ``all``; groups that contain each other end the count."""
        depths = {name: 0 if name == "all" else 1 for name in self.groups}
        for _ in range(min(len(self.groups), 50)):
            changed = False
            for name, group in self.groups.items():
                for child in group.children:
                    if child in depths and child != "all" and depths[child] <= depths[name]:
                        depths[child], changed = depths[name] + 1, True
            if not changed:
                break
        return depths


def expanded(pattern: str) -> list[str]:
    """The names of ``node[01:03]`` and ``node[a:c]``. Raises ValueError for too many."""
    names = [pattern]
    while match := _RANGE.search(names[0]):
        parts = _parts(match[1], match[2], int(match[3] or 1))
        if len(parts) * len(names) > MOST_HOSTS:
            raise ValueError(f"the range stands for more than {MOST_HOSTS} hosts")
        names = [
            name[: found.start()] + part + name[found.end() :]
            for name in names
            if (found := _RANGE.search(name))
            for part in parts
        ]
    return names


def _parts(first: str, last: str, step: int) -> list[str]:
    if first.isdigit() != last.isdigit() or not step or max(len(first), len(last)) > 9:  # noqa: PLR2004
        raise ValueError(f"[{first}:{last}] is not a range")
    if first.isdigit():
        numbers = range(int(first), int(last) + 1, step)
        if len(numbers) > MOST_HOSTS:
            raise ValueError(f"the range stands for more than {MOST_HOSTS} hosts")
        width = len(first) if first.startswith("0") else 0
        parts = [str(number).zfill(width) for number in numbers]
    else:
        parts = [chr(code) for code in range(ord(first), ord(last) + 1, step)]
    if not parts:
        raise ValueError(f"[{first}:{last}] is empty")
    return parts
