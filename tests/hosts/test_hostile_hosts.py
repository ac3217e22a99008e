"""Hosts in other hands, by a real sshd whose login shell answers what the test says."""

from __future__ import annotations

import json
import re
import sys
from typing import TYPE_CHECKING

import pytest
from hostile_host import CLIPBOARD, ESC, HOST, MEMORY, Hostile, acting, measured, take_over
from site_under_test import Site, assert_verified

if TYPE_CHECKING:
    from collections.abc import Callable

ANSWERS = {
    "escape sequences, OSC 52 and markup": rf"became; printf '{ESC}\n{ESC}\nend\n'",
    "1 GB": "became; head -c 1G /dev/zero",
    "1 GB on stderr": "became; head -c 1G /dev/zero >&2",
    "1 GB before root is reached": "head -c 1G /dev/zero >&2",
    "a line without an end": "became; head -c 1G /dev/zero | tr '\\0' x",
    "lines without an end on stderr": rf"became; yes $'{CLIPBOARD}' | head -c 256M >&2; echo end",
    "millions of lines": "became; yes ab | head -c 15M",
    "bad UTF-8": r"became; head -c 1M /dev/urandom; printf '\xff\xfe\nend\n'",
    "NULs": r"became; printf 'time\t1\0\nuname\t\0\0\t..\nend\n'",
    "nothing": "became",
    "an end before root is reached": "exit 0",
    "thousands of lines before root is reached": "yes ab | head -c 900K; exit 1",
    "prompts for a password without end": 'while :; do printf "$nonce?" >&2 || exit; done',
    "root reached by another word": r'printf "$nonce:\033[31mroot\n" >&2; echo end',
}
"""What it is → what the login shell does to every script of ours."""
LIES = {
    "huge numbers": rf"s/^(memtotal|systemd)\t.*/\1\t{10**20}/",
    "negative sizes": r"s/^(memtotal|memavailable)\t/\1\t-/;s/^(space\t[^\t]*\t[^\t]*\t)/\1-/",
    "wrong types": r"s/^systemd\t.*/systemd\t[]/;s/^memtotal.*/memtotal\tmany/",
    "a clock that is no number": r"s/^time\t.*/time\tnan/",
    "other hosts' names and paths upwards": r"s/^uname\t[^\t]*/uname\t..\/..\/..\/etc\/cron.d\/x/",
    "a field too many and too few": r"s/^unit\t.*/unit/;s/^address\t.*/address/",
    "escapes in every field": rf"s|\t([^\t]+)|\t\1{ESC}|g",
}
"""What it is → sed's words for what honest facts become."""


@pytest.fixture(scope="module")
def hostile(new_site: Callable[..., Site]) -> Hostile:
    return take_over(new_site(HOST))


@pytest.fixture(autouse=True)
def honest_again(hostile: Hostile):
    yield
    hostile.honest()


@pytest.mark.parametrize("what", ANSWERS)
def test_an_answer_of_any_kind_is_an_error_told_in_plain_text(what, hostile):
    hostile.be(ANSWERS[what])
    ran = hostile.run("--plan")
    assert ran.code in {1, 3}
    assert HOST in ran.said
    assert len(ran.said) < 100_000


@pytest.mark.parametrize("what", LIES)
def test_lies_about_itself_are_told_or_refused(what, hostile):
    hostile.be(f"honest | sed -E '{LIES[what]}'")
    hostile.run("--plan")


@pytest.mark.parametrize("does", ["head -c 64M /dev/zero", f"printf '{ESC}'", "exit 0"])
def test_recovering_from_a_host_that_lies_makes_no_session(does, hostile):
    hostile.be(f"became; {does}")
    site = hostile.site
    site.command()
    argv = [sys.executable, "-m", "tui_installer", "sessions", "recover", "--as", "lost"]
    ran = measured([*argv, "--answers", str(site.file)], site)
    assert ran.code in {1, 2, 3}, ran.stderr
    assert ran.kilobytes < MEMORY
    assert acting(ran.stdout + ran.stderr) == set()
    assert not (site.home / "state" / "lost").exists()


# Before anything was installed: the folders of a cluster that lives cannot change.
OTHERS = "a user other than root can write to /home/mallory"


def of_mallory(site: Site) -> str:
    return site.ssh(HOST, "find /home/mallory -printf '%p %u:%g %m %l\\n' | sort")


def test_a_folder_of_another_user_is_refused_before_a_file_is_put_there(hostile):
    before = of_mallory(hostile.site)
    layout = {"kubernetes": "/home/mallory/kubernetes"}
    ran = Hostile(hostile.site.variant(layout=layout)).run()
    assert ran.code == 1
    assert OTHERS in ran.said
    assert of_mallory(hostile.site) == before


@pytest.mark.parametrize("folder", ["etcd", "link", "new/etcd"])
def test_a_data_folder_below_another_users_is_not_handed_over(folder, hostile):
    """Though it is root's: he could put another in its place while it is done."""
    hostile.site.ssh(
        HOST,
        "cd /home/mallory; mkdir -p -m 700 etcd; touch etcd/theirs; ln -sfn /victim link",
    )
    before = of_mallory(hostile.site)
    data = {"dataDir": f"/home/mallory/{folder}"}
    ran = Hostile(hostile.site.variant(etcd=data)).run()
    assert ran.code == 1
    assert f"/home/mallory/{folder}: {OTHERS}" in ran.said
    assert of_mallory(hostile.site) == before
    assert hostile.site.ssh(HOST, "find /victim ! -user root") == ""


PLANTED = {
    "/opt/kubernetes/bin/kube-apiserver": "ln -s /victim/link",
    "/opt/kubernetes/cfg/kube-apiserver": "ln -s /victim/shadow",
    "/opt/kubernetes/ssl/server.pem": "ln /victim/hard",
    "/opt/kubernetes/ssl/server-key.pem": "mkfifo",
    "/opt/etcd/ssl/.ca.pem.tui-installer": "ln -s /victim/temp",
    "/etc/systemd/system/kube-scheduler.service": "ln -s /victim/unit",
    "/opt/kubernetes/cfg/tui-installer.manifest.new": "ln -s /victim/new",
}
"""Target → what stands there already, as another user could have left it."""
VICTIMS = ("link", "shadow", "hard", "temp", "unit", "new")


def plant(site: Site) -> None:
    site.ssh(HOST, "rm -rf /opt/kubernetes /opt/etcd")  # what refused runs have put there
    for name in VICTIMS:
        site.ssh(HOST, f"echo theirs-{name} >/victim/{name}; chmod 600 /victim/{name}")
    for path, how in PLANTED.items():
        site.ssh(HOST, f"mkdir -p {path.rpartition('/')[0]}; rm -f {path}; {how} {path}")
    in_tmp = "for n in tui-installer kube etcd x; do ln -s /victim/link /tmp/$n; done"
    site.ssh(HOST, f"su mallory -c '{in_tmp}; mkfifo /tmp/fifo'")


def test_what_others_planted_is_replaced_never_followed(hostile):
    site = hostile.site
    plant(site)
    shown = hostile.run("--plan").stdout
    assert "theirs-shadow" not in shown  # what the link leads to is not ours to read out
    ran = hostile.run()
    assert ran.code == 0, ran.stdout[-3000:] + ran.stderr[-2000:]
    for name in VICTIMS:
        seen = site.ssh(HOST, f"cat /victim/{name}; stat -c '%U %a' /victim/{name}")
        assert seen == f"theirs-{name}\nroot 600\n"
    assert site.ssh(HOST, "find /victim -mindepth 1 | wc -l") == f"{len(VICTIMS)}\n"
    links = "find /opt /etc/systemd/system -type l -lname '/victim*' -o -type p"
    assert site.ssh(HOST, links) == ""
    assert site.ssh(HOST, "find /tmp -newer /opt/shell -type f -user root") == ""


LATER = {
    "escape sequences": "became; for k in ok bad show log port; do"
    rf" printf '%s\t{ESC}\n%s {ESC}\n' $k $k; done",
    "1 GB": "became; head -c 1G /dev/zero",
    "a line without an end": "became; head -c 1G /dev/zero | tr '\\0' x",
    "lines without an end": "became; yes $'log\\tx' | head -c 1G",
    "nothing": "became",
}
"""What a host answers that was honest until then."""


def flagged(hostile: Hostile) -> Hostile:
    """The scheduler is to have another flag, so there is a file to send and a unit to restart."""
    extra = {"extraArgs": {"scheduler": {"v": "1"}}}
    kubernetes = hostile.site.answers["kubernetes"] | extra
    return Hostile(hostile.site.variant(kubernetes=kubernetes))


OTHER_FILES = "became; echo ok /etc/shadow -; echo ok /etc/passwd -"


@pytest.mark.parametrize("what", [*LATER, "other files than it was sent"])
def test_a_host_that_turns_hostile_during_uploads_fails_alone(what, hostile):
    hostile.turn(uploads=LATER.get(what, OTHER_FILES))
    ran = flagged(hostile).run()
    assert ran.code in {1, 3}
    assert HOST in ran.said
    finish = json.loads(ran.stdout.splitlines()[-1])
    assert (finish["event"], finish["changes"]) == ("RunFinished", 0)


@pytest.mark.parametrize("what", LATER)
def test_a_host_that_turns_hostile_while_a_failure_is_looked_into_has_its_unit_told(what, hostile):
    fails = r"became; printf 'x.service\tActiveState=failed\n'; exit 1"
    hostile.turn(waiting=fails, diagnosis=LATER[what])
    ran = flagged(hostile).run()
    assert ran.code == 1
    assert re.search(rf"(etcd|kube-apiserver)\.service does not run on {HOST}", ran.said)


@pytest.mark.parametrize("which", ["waiting", "verification"])
@pytest.mark.parametrize("what", ["escape sequences", "1 GB", "lines without an end"])
def test_a_host_that_turns_hostile_during_the_verification_fails_it(which, what, hostile):
    fails = "; exit 1" if which == "waiting" else ""
    hostile.turn(**{which: LATER[what] + fails})
    ran = hostile.run("--verify")
    assert ran.code == 1
    assert HOST in ran.said


def test_the_control_plane_still_works(hostile):
    site = hostile.site
    assert_verified(site.run("--verify"), [HOST])


def test_nothing_a_host_said_is_in_a_log_of_ours_as_more_than_text(hostile):
    for path in (hostile.site.home / "state").rglob("*"):
        if path.suffix in {".log", ".jsonl", ".json", ".yaml"}:
            assert acting(path.read_text()) == set(), path
            assert not re.search(r"\\u001b|\\u202e", path.read_text()), path
