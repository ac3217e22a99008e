"""Every row of `become_rows`, against real login shells, sudo, doas, su and PAM on one host."""

from __future__ import annotations

import asyncio
import hashlib
import shlex
import subprocess
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from become_rows import PASSWORD, ROOT_PASSWORD, ROWS, Row
from remote_support import Machines, Person

from tui_installer.errors import AuthenticationFailed
from tui_installer.remote import session

if TYPE_CHECKING:
    from collections.abc import Iterator

HOST = "become01"
AT_ONCE = 6
"""Logins at the same time; sshd drops some of more than ten (MaxStartups)."""
PACKAGES = sorted({package for row in ROWS for package in row.packages})
DATA = bytes(range(256)) * 700
"""Every byte, more than a pipe or a terminal holds."""


@pytest.fixture(scope="module")
def packages() -> Path:
    """The Debian packages that rows take, kept for the next run; without apt's mirror, none."""
    folder = Path.home() / ".cache/tui-installer/test-packages"
    folder.mkdir(parents=True, exist_ok=True)
    missing = [name for name in PACKAGES if not list(folder.glob(f"{name}_*.deb"))]
    if missing:
        subprocess.run(["apt-get", "-qq", "download", *missing], cwd=folder, check=False)
    return folder


@pytest.fixture(scope="module")
def hosts(new_lab, packages, tmp_path_factory) -> Machines:
    made = Machines(new_lab(HOST), tmp_path_factory.mktemp("own") / "known_hosts")
    files = [file for name in PACKAGES for file in packages.glob(f"{name}_*.deb")]
    for file in files:
        made.put(HOST, file, f"/root/{file.name}")
    if files:
        made.sh(HOST, "dpkg --force-depends -i /root/*.deb >/dev/null")
    made.sh(HOST, preparation())
    return made


@pytest.fixture(scope="module")
def outcomes(hosts) -> dict[str, BaseException | None]:
    """Row → its failure, of those that change nothing for others; all at once."""
    slots = asyncio.Semaphore(AT_ONCE)

    async def one(row: Row) -> None:
        async with slots:
            await check(row, hosts)

    async def all_rows() -> list[BaseException | None]:
        return await asyncio.gather(*map(one, shared), return_exceptions=True)

    shared = [row for row in ROWS if not row.undo]
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(session, "SHELL_SECONDS", 8.0)
        results = asyncio.run(all_rows())
    return {row.name: result for row, result in zip(shared, results, strict=True)}


PREPARE = """
set -eu; PATH=$PATH:/usr/sbin:/sbin
add() {
    useradd -m -s "$2" "$1"
    install -d -m 700 -o "$1" "/home/$1/.ssh"
    printf '%s%s\\n' "$3" "$(cat /root/.ssh/authorized_keys)" >"/home/$1/.ssh/authorized_keys"
    chown "$1" "/home/$1/.ssh/authorized_keys"
    printf '%s\\n' "$4" >"/home/$1/.bashrc"
    [ -z "$5" ] || printf %s "$5" >"/etc/sudoers.d/$1"
}
"""


def preparation() -> str:
    """The script that makes a user for each row; what changes a host for others comes later."""
    lines = [PREPARE]
    for number, row in enumerate(ROWS):
        user = f"u{number}"
        words = (user, row.shell, row.key_options, row.bashrc, row.sudoers.replace("$U", user))
        lines.append(f"add {shlex.join(words)}")
        lines.append("" if row.undo else f"U={user}; {row.setup or ':'}")
    users = "\n".join(f"u{number}:{PASSWORD}" for number in range(len(ROWS)))
    expired = [line for line in lines if "chage" in line]
    rest = [line for line in lines if line not in expired]
    return "\n".join([*rest, f"chpasswd <<'END'\n{users}\nroot:{ROOT_PASSWORD}\nEND", *expired])


@contextmanager
def changed(row: Row, hosts: Machines, user: str) -> Iterator[None]:
    """The host as the row wants it."""
    if row.undo:
        hosts.sh(HOST, f"set -eu; U=$1; PATH=$PATH:/usr/sbin:/sbin\n{row.setup}", user)
    try:
        yield
    finally:
        if row.undo:
            hosts.sh(HOST, row.undo)


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.name.replace(" ", "-"))
async def test_row(row, hosts, packages, outcomes):
    if any(not list(packages.glob(f"{name}_*.deb")) for name in row.packages):
        pytest.skip("apt has no such package here")
    if row.undo:
        await check(row, hosts)
    elif failure := outcomes[row.name]:
        raise failure


async def check(row, hosts):
    person = None if row.typed is None else Person(*row.typed)
    user = f"u{ROWS.index(row)}"
    with changed(row, hosts, user):
        spec = replace(hosts.spec(HOST, user=user), sudo=row.mode)
        async with hosts.connected(spec, ask=person) as host:
            if row.root:
                await assert_works(host, row)
            else:
                await assert_refused(host, row, user)
    if person:
        assert len(person.prompts) >= len(row.prompts)
        for part, prompt in zip(row.prompts, person.prompts, strict=False):
            assert part.replace("$U", user) in prompt
        assert person.answers == []


async def assert_works(host, row):
    """Two scripts, so that what is asked once is asked once; stdin and both streams are exact."""
    done = await host.run('id -u; sha256sum; echo "$1" >&2; exit 7', "a b", stdin=DATA)
    assert done.text == f"0\n{hashlib.sha256(DATA).hexdigest()}  -\n"
    assert (done.status, done.stderr) == (7, "a b\n")
    again = await host.run("head -c 1000000 /dev/zero; printf '\\r\\n\\000'")
    assert again.stdout == bytes(1_000_000) + b"\r\n\0"
    assert (again.status, again.stderr) == (0, "")
    assert host.root == row.root


async def assert_refused(host, row, user):
    for _ in range(2):  # the same words when it is tried again
        with pytest.raises(AuthenticationFailed) as caught:
            await host.run("id -u")
        error = caught.value
        assert row.cause.replace("$U", user) in error.message
        assert row.hint.replace("$U", user) in error.hint
        assert row.never not in error.message
        assert error.host == HOST
        for secret in (PASSWORD, ROOT_PASSWORD):
            assert secret not in repr((error.message, error.details, error.hint))


def test_there_are_as_many_rows_as_promised():
    assert len(ROWS) >= 30
    assert len({row.name for row in ROWS}) == len(ROWS)
