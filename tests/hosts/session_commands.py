"""`tui-installer sessions`, as the tests on real hosts call it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import yaml

from tui_installer.model.answers.changes import changed
from tui_installer.store import answers_file

if TYPE_CHECKING:
    from pathlib import Path

    from site_under_test import Site


def sessions(site: Site, *argv: str) -> str:
    """What a command that must succeed says."""
    done = site.program("sessions", *argv)
    assert done.returncode == 0, done.stderr
    return done.stdout + done.stderr


def recover(site: Site, home: Path) -> Site:
    """The site by a session made anew from its hosts; only the login is said.

    The hosts are left as they are, and all that is not a default is found there.
    """
    made = site.elsewhere(home)
    login = {key: site.answers[key] for key in ("ssh", "hosts")}
    source = {"source": site.answers["kubernetes"]["source"]}
    (home / "person").mkdir()
    file = home / "login.yaml"
    plain = {"apiVersion": "tui-installer/v1", **login, "kubernetes": source}
    file.write_text(yaml.dump(plain, Dumper=Plain, sort_keys=False))
    before = {host: site.snapshot(host) for host in site.hosts}
    said = sessions(made, "recover", "--answers", str(file))
    assert "the key of ca;" in said
    assert {host: site.snapshot(host) for host in site.hosts} == before
    site.command()  # the file as it is for this site
    found = answers_file.load(made.state / "answers.yaml").answers
    assert changed(found) == changed(answers_file.load(site.file).answers)
    return made


class Plain(yaml.SafeDumper):
    """Without anchors, which are not accepted."""

    def ignore_aliases(self, data: object) -> bool:
        return True
