"""What must not be left: stray files, units and processes, and secrets outside of their files."""

from __future__ import annotations

from typing import TYPE_CHECKING

from chaos.kept import secrets

if TYPE_CHECKING:
    from collections.abc import Iterator

    from site_under_test import Site

MANIFEST = "/opt/kubernetes/cfg/tui-installer.manifest"
LOCK = "/run/tui-installer.lock"
"""In memory, and empty while nobody has the host."""
FOLDERS = "/opt /srv /etc /var/lib /var/tmp /usr/local /root /home /tmp /run /dev/shm"
FIND = (
    f"find {FOLDERS} \\( -path /var/lib/etcd -o -path /run/udev \\) -prune -o"
    " \\( -name '*tui-installer*' -o -name '*.new' -o -name '*.new.*' \\)"
    f" ! -path {MANIFEST} ! \\( -path {LOCK} -empty \\) -print 2>/dev/null"
)
UNITS = (
    "systemctl list-units --all --no-legend --plain '*tui-installer*';"
    " systemctl list-unit-files --no-legend '*tui-installer*'; systemctl --failed --no-legend"
)
PROCESSES = "pgrep -af '[t]ui-installer' || true"
SECRETS_THERE = (
    "cat >/dev/shm/patterns; { journalctl --no-pager -o cat; cat /proc/[0-9]*/cmdline"
    " /proc/[0-9]*/environ | tr '\\0' '\\n'; } 2>/dev/null | grep -aFf /dev/shm/patterns | wc -l;"
    " grep -rIlFf /dev/shm/patterns /etc /root /home /tmp /var/tmp /var/log /run 2>/dev/null;"
    " rm /dev/shm/patterns"
)


def strays(site: Site) -> Iterator[str]:
    """Stray files, units and processes of ours, on hosts and in the state folder."""
    for host in site.hosts:
        for what, command in (("file", FIND), ("unit", UNITS), ("process", PROCESSES)):
            for line in site.ssh(host, command).splitlines():
                yield f"{host}: stray {what}: {line}"
    for path in (site.home / "state").rglob("*"):
        if path.name.startswith(".") or ".new" in path.name or path.suffix == ".tmp":
            yield f"state folder: stray {path.relative_to(site.home)}"


def leaks(site: Site) -> Iterator[str]:
    """Secrets outside of their files, and files of secrets that others may read."""
    wanted = secrets(site)
    patterns = "".join(f"{secret}\n" for secret in wanted).encode()
    for host in site.hosts:
        count, *files = site.ssh(host, SECRETS_THERE, stdin=patterns).splitlines()
        if count != "0":
            yield f"{host}: {count} lines with a secret in the journal or in processes"
        for file in files:
            if file != "/dev/shm/patterns":
                yield f"{host}: a secret in {file}"
    for path in site.home.rglob("*"):
        if not path.is_file() or site.lab.folder in path.parents:
            continue
        data = path.read_bytes()
        found = any(secret.encode() in data for secret in wanted)
        if found and site.pki not in path.parents:
            yield f"a secret in {path.relative_to(site.home)}"
        if (found or b"PRIVATE KEY" in data) and path.stat().st_mode & 0o077:
            yield f"{path.relative_to(site.home)} is open to others"
