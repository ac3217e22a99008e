"""The lab itself, on real hosts. Each test that breaks a host mends it again."""

import os
import shutil
import signal
import subprocess
import tempfile
import time
from contextlib import contextmanager
from pathlib import Path

import pytest

from tui_installer.errors import UsageError
from tui_installer.lab import faults, lab, machine, mounts, network, processes
from tui_installer.lab.folders import BASE_ROOT, BASES

pytestmark = pytest.mark.hosts

NAME = f"t{os.getpid() % 10000}"  # of this run only: another lab may be up on this machine


def quiet(_line):
    pass


def ssh(folder, name, *command):
    argv = lab.ssh_argv(folder, name, *command)
    done = subprocess.run(argv, capture_output=True, text=True, timeout=30, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def leftovers(folder, name):
    """Everything on this machine that looks like this lab's."""
    found = [f"mount {point}" for point in mounts.below(folder)]
    found += [
        f"interface {link.name}"
        for link in Path("/sys/class/net").iterdir()
        if link.name.startswith((f"vb-{name}-", f"br-tui{name}"))
    ]
    for proc in Path("/proc").glob("[0-9]*"):
        try:
            text = (proc / "cmdline").read_bytes() + (proc / "mountinfo").read_bytes()
        except OSError:
            continue
        if str(folder).encode() in text:
            found.append(f"process {proc.name}")
    groups = (parent for parent, _, _ in os.walk("/sys/fs/cgroup"))
    found += [f"control group {group}" for group in groups if folder_digest(folder) in group]
    if folder.exists():
        found += [f"file {path}" for path in (folder, *folder.iterdir())]
    return found


def folder_digest(folder):
    return network.owner(folder).split(":")[1].split(" ")[0]


@contextmanager
def place():
    """A folder for labs. Not pytest's own: it deletes old ones, whatever is mounted there."""
    top = Path(tempfile.mkdtemp(prefix="tui lab ", dir="/var/tmp"))
    try:
        yield top
    finally:
        for folder in top.iterdir():
            lab.down(folder, quiet)
        top.rmdir()


@pytest.fixture
def folders():
    with place() as top:
        yield top


@pytest.fixture(scope="module")
def folder():
    with place() as top:
        lab.up(top / "lab", say=quiet, count=2, name=NAME)
        yield top / "lab"
        lab.down(top / "lab", quiet)
        assert leftovers(top / "lab", NAME) == []


def test_hosts_are_healthy_systemd_machines_with_an_identity_of_their_own(folder):
    seen = set()
    for host in lab.status(folder):
        assert host.running
        assert host.ssh_ready
        assert ssh(folder, host.name, "systemctl is-system-running --wait") == "running"
        assert ssh(folder, host.name, "hostname") == host.name
        assert ssh(folder, host.name, "getent ahostsv4 $(hostname)").split()[0] == host.address
        assert abs(float(ssh(folder, host.name, "date +%s.%N")) - time.time()) < 2
        assert "Server listening" in ssh(folder, host.name, "journalctl -u ssh --no-pager")
        assert ssh(folder, host.name, "stat -c %a / /etc/hosts").split() == ["755", "644"]
        keyscan = ssh(folder, host.name, "ssh-keygen -lf /etc/ssh/ssh_host_ed25519_key.pub")
        assert keyscan.split()[1] == host.fingerprint
        seen |= {ssh(folder, host.name, "cat /etc/machine-id"), host.fingerprint}
    assert len(seen) == 4


@pytest.mark.parametrize(
    ("base", "version", "systemd"),
    [("bullseye", "11", "247"), ("bookworm", "12", "252"), ("trixie", "13", "257")],
)
def test_hosts_are_of_the_debian_release_that_was_chosen(folders, base, version, systemd):
    assert base in BASES
    home = folders / base
    lab.up(home, say=quiet, count=1, name=f"{NAME}r", suite=base)
    assert ssh(home, "master01", "systemctl is-system-running --wait") == "running"
    assert ssh(home, "master01", ". /etc/os-release; echo $VERSION_ID") == version
    assert ssh(home, "master01", "systemctl --version").split()[1] == systemd


def test_hosts_reach_each_other_and_keep_their_units_apart(folder):
    first, second = lab.status(folder)
    greeting = f"timeout 5 bash -c 'head -c4 </dev/tcp/{second.address}/22'"
    assert ssh(folder, first.name, greeting) == "SSH-"
    ssh(folder, first.name, "systemd-run --unit=probe sleep 300")
    ssh(folder, second.name, "systemd-run --unit=probe sleep 300")
    ssh(folder, first.name, "systemctl stop probe")
    assert ssh(folder, second.name, "systemctl is-active probe") == "active"
    ssh(folder, second.name, "systemctl stop probe")


def test_up_again_keeps_the_hosts_and_adds_those_that_are_missing(folder):
    before = {host.name: host.pid for host in lab.status(folder)}
    again = lab.up(folder, say=quiet, count=2, name=NAME)
    assert {host.name: host.pid for host in again.machines} == before
    more = lab.up(folder, say=quiet, host_names=["etcd01"], name=NAME)
    assert [host.name for host in more.machines] == ["master01", "master02", "etcd01"]
    assert {name: more.machine(name).pid for name in before} == before
    assert ssh(folder, "etcd01", "hostname") == "etcd01"


def test_reboot_comes_back_with_its_files_and_journal(folder):
    before = lab.find(folder).machine("master01")
    ssh(folder, "master01", "echo kept >/root/kept")
    after = faults.reboot(folder, "master01")
    assert after.pid != before.pid
    assert after.fingerprint == before.fingerprint
    assert ssh(folder, "master01", "cat /root/kept") == "kept"
    assert len(ssh(folder, "master01", "journalctl --list-boots -q").splitlines()) == 2


def test_a_reboot_ordered_in_the_host_comes_back_too(folder):
    before = lab.find(folder).machine("master01").pid
    subprocess.run(lab.ssh_argv(folder, "master01", "systemctl reboot"), check=False)
    deadline = time.monotonic() + 120
    while True:
        now = lab.find(folder).machine("master01")
        if now.ssh_ready and now.pid != before:
            return
        assert time.monotonic() < deadline
        time.sleep(0.05)


def test_after_a_power_cut_the_host_stays_off_until_it_is_switched_on(folder):
    faults.power_cut(folder, "master02")
    off = lab.find(folder).machine("master02")
    assert (off.running, off.ssh_ready, off.pid) == (False, False, None)
    assert not network.exists(off.interface)
    assert faults.power_on(folder, "master02").ssh_ready
    faults.power_off(folder, "master02")
    assert not lab.find(folder).machine("master02").running
    lab.up(folder, say=quiet, count=2, name=NAME)
    assert lab.find(folder).machine("master02").ssh_ready


def test_a_cut_link_loses_packets_and_a_mended_one_resumes_connections(folder):
    host = lab.find(folder).machine("master01")
    script = "echo there; read line; echo got $line; hostname -I"
    argv = lab.ssh_argv(folder, "master01", script)
    with subprocess.Popen(
        argv, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as connection:
        assert connection.stdout.readline() == "there\n"
        assert machine.answers_ssh(host.address)
        faults.link(folder, "master01", up=False)
        assert not machine.answers_ssh(host.address)
        faults.link(folder, "master01", up=True)
        out, _ = connection.communicate("through\n", timeout=30)
    assert out.splitlines()[0] == "got through"
    assert host.address in out.splitlines()[1]


def test_another_lab_by_that_name_is_refused_and_leaves_nothing(folder, folders):
    with pytest.raises(UsageError, match="does not belong to this lab"):
        lab.up(folders / "other", say=quiet, count=1, name=NAME)
    lab.down(folders / "other", quiet)
    assert leftovers(folders / "other", f"{NAME}other") == []
    assert all(host.ssh_ready for host in lab.status(folder))


def test_two_labs_have_networks_of_their_own_and_down_ends_only_its_own(folder, folders):
    other = lab.up(folders / "b", say=quiet, count=1, name=f"{NAME}b")
    assert other.subnet != lab.find(folder).subnet
    lab.down(folders / "b", quiet)
    assert leftovers(folders / "b", f"{NAME}b") == []
    assert all(host.ssh_ready for host in lab.status(folder))


@pytest.mark.parametrize("lost", ["supervisors", "nspawns", "state", "interrupted", "moved"])
def test_down_leaves_nothing_after_a_crash(folders, lost):
    home = folders / "crash"
    name = f"{NAME}c"
    lab.up(home, say=quiet, count=2, name=name)
    for host in home.joinpath("hosts").iterdir():
        found = processes.of_host(host)
        assert found.supervisors
        assert found.nspawns
        assert found.guests
        if lost in ("supervisors", "nspawns"):
            for pid in getattr(found, lost):
                os.kill(pid, signal.SIGKILL)
    if lost == "state":
        (home / "lab.json").write_text("{")
    if lost == "interrupted":  # between making a host and noting it
        (home / "hosts/half").mkdir()
    if lost == "moved":
        home.rename(folders / "elsewhere")
    lab.down(home, quiet)
    assert leftovers(home, name) == []
    if lost == "moved":
        shutil.rmtree(folders / "elsewhere")


def test_down_twice_and_where_no_lab_is_changes_nothing(tmp_path):
    (tmp_path / "mine").mkdir()
    for name in (".lock", "id_ed25519", "hosts"):
        (tmp_path / "mine" / name).write_text("x")
    lab.down(tmp_path / "mine", quiet)
    lab.down(tmp_path / "nothing", quiet)
    assert len(list((tmp_path / "mine").iterdir())) == 3
    assert not (tmp_path / "nothing").exists()


def test_hosts_files_and_the_key_are_for_root_only(folder):
    assert (folder / "hosts").stat().st_mode & 0o077 == 0
    assert (folder / "id_ed25519").stat().st_mode & 0o077 == 0


def test_the_base_is_not_deleted_while_a_lab_stands_on_it(folder):
    with pytest.raises(UsageError, match="still uses the base"):
        lab.delete_bases(BASE_ROOT, quiet)
    assert all(host.ssh_ready for host in lab.status(folder))
