import itertools
import json
import subprocess

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tui_installer.errors import InstallerError, UsageError
from tui_installer.lab import access, base, cgroups, commands, keys, lab, lock, mounts, names, state

KEY = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIOMqqnkVzrm0SdG6UOoqKLsabgH5C9okWi0dh2l9GKJl"
FINGERPRINT = "SHA256:+DiY3wvvV6TuJJhbpZisF/zLDA0zPMSvHdkr4UvCOqU"  # GitHub's published one
LABEL = st.from_regex(r"[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?", fullmatch=True)


def make_state(*hosts):
    return state.LabState(
        name="lab", suite="bookworm", base="/base", bridge="br-tuilab", subnet="10.77.0.0/24",
        hosts=tuple(hosts),
    )  # fmt: skip


@pytest.fixture
def folder(tmp_path):
    folder = tmp_path / "lab"
    folder.mkdir()
    hosts = [state.HostState(f"master0{n}", f"10.77.0.1{n}", KEY) for n in (1, 2)]
    state.save(state.Paths(folder), make_state(*hosts))
    return folder


@given(LABEL, LABEL)
def test_interface_names_fit_and_differ_between_labs_and_hosts(first, second):
    one = names.interface_name(names.machine_name(first, "master01"))
    two = names.interface_name(names.machine_name(second, "master01"))
    assert len(one) <= 15
    assert len(names.bridge_name(first)) <= 15
    assert (one == two) == (first == second)


def test_usual_names_stay_readable():
    assert names.bridge_name("lab") == "br-tuilab"
    assert names.interface_name(names.machine_name("lab", "master01")) == "vb-lab-master01"


@pytest.mark.parametrize("name", ["", "-a", "a-", "A", "a.b", "a/b", "ä", "a" * 64, "a\n"])
def test_what_is_no_host_name_is_refused(name):
    with pytest.raises(UsageError):
        names.check_host_name(name)
    with pytest.raises(UsageError):
        names.check_lab_name(name)


def test_state_is_read_back_as_written(folder):
    paths = state.Paths(folder)
    loaded = state.load(paths)
    assert [host.name for host in loaded.hosts] == ["master01", "master02"]
    state.save(paths, loaded)
    assert state.load(paths) == loaded
    assert sorted(path.name for path in folder.iterdir()) == ["lab.json"]


@pytest.mark.parametrize("text", ["", "{}", "[]", "null", '{"schema": 9}', '{"schema": 1}'])
def test_a_broken_state_is_an_error_that_names_the_file(tmp_path, text):
    (tmp_path / "lab.json").write_text(text)
    with pytest.raises(InstallerError) as caught:
        state.load(state.Paths(tmp_path))
    assert caught.value.details[0] == str(tmp_path / "lab.json")


def test_an_unknown_host_is_refused_with_those_that_are_known(folder):
    with pytest.raises(UsageError) as caught:
        access.ssh_argv(folder, "master09")
    assert "master01, master02" in caught.value.hint


def test_no_lab_is_said(tmp_path):
    with pytest.raises(UsageError, match="no lab"):
        access.answers(tmp_path)


def test_fingerprint_is_as_openssh_shows_it():
    assert keys.fingerprint(KEY) == FINGERPRINT


def test_keys_are_made_once_and_private(tmp_path):
    public = keys.generate(tmp_path / "id", "comment")
    assert keys.generate(tmp_path / "id", "comment") == public
    assert (tmp_path / "id").stat().st_mode & 0o777 == 0o600
    shown = subprocess.check_output(["ssh-keygen", "-lf", tmp_path / "id.pub"], text=True)
    assert shown.split()[1] == keys.fingerprint(public)


def test_one_ssh_command_is_left_to_the_shell_and_several_words_are_quoted(folder):
    assert access.ssh_argv(folder, "master01", "a | b")[-1] == "a | b"
    assert access.ssh_argv(folder, "master01", "ls", "a b")[-1] == "ls 'a b'"
    assert access.ssh_argv(folder, "master02")[-1] == "root@10.77.0.12"


def test_ssh_reads_the_paths_literally(tmp_path):
    odd = tmp_path / "a %h b"
    odd.mkdir()
    state.save(state.Paths(odd), make_state(state.HostState("master01", "10.77.0.11", KEY)))
    argv = access.ssh_argv(odd, "master01")
    shown = subprocess.check_output([argv[0], "-G", *argv[1:]], text=True).splitlines()
    assert f"userknownhostsfile {odd}/known_hosts" in shown
    assert [line for line in shown if line.startswith("identityfile")] == [
        f"identityfile {odd}/id_ed25519".replace("%", "%%")  # expanded when it is used
    ]


def test_answers_have_every_host_or_those_asked_for(folder):
    data = access.answers(folder)
    assert data["cluster"] == {"name": "lab"}
    assert data["ssh"]["identityFiles"] == [str(folder / "id_ed25519")]
    assert data["hosts"][1] == {
        "address": "10.77.0.12",
        "name": "master02",
        "fingerprint": FINGERPRINT,
    }
    assert [host["name"] for host in access.answers(folder, ["master02"])["hosts"]] == ["master02"]
    assert json.loads(json.dumps(data)) == data


@pytest.mark.parametrize("wanted", [[], ["a", "a"], ["UP"], [f"h{n}" for n in range(51)]])
def test_impossible_sets_of_hosts_are_refused_before_anything_is_made(tmp_path, wanted):
    with pytest.raises(UsageError):
        lab.up(tmp_path / "lab", say=print, host_names=wanted)
    assert not (tmp_path / "lab").exists()


def test_without_root_nothing_is_made(tmp_path, monkeypatch):
    monkeypatch.setattr("os.geteuid", lambda: 1000)
    with pytest.raises(UsageError, match="need root"):
        lab.up(tmp_path / "lab", say=print)
    assert not (tmp_path / "lab").exists()


def test_a_folder_with_other_things_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr("os.geteuid", lambda: 0)
    monkeypatch.setattr(lab, "require_programs", lambda: None)
    (tmp_path / "lab/hosts").mkdir(parents=True)
    with pytest.raises(UsageError, match="is not a lab") as caught:
        lab.up(tmp_path / "lab", say=print)
    assert caught.value.details == ("hosts",)


def test_missing_programs_are_named_with_the_apt_line(monkeypatch):
    monkeypatch.setattr("shutil.which", lambda name: None if "boot" in name else f"/bin/{name}")
    with pytest.raises(UsageError) as caught:
        commands.require_programs()
    assert caught.value.hint == "apt-get install -y debootstrap"


def test_a_failed_program_is_an_error_with_what_it_said():
    with pytest.raises(InstallerError) as caught:
        commands.run("sh", "-c", "echo went wrong >&2; exit 3")
    assert "exit status 3" in caught.value.message
    assert caught.value.details[-1] == "went wrong"


def test_mountinfo_is_read_with_its_escapes_and_optional_fields():
    before = r"36 35 0:3 / /a\040b\134c rw,relatime shared:1 master:2"
    found = mounts.parse(before + r" - overlay overlay rw,upperdir=/u\054v" + "\nrubbish\n")
    assert found == [mounts.Mount("/a b\\c", "overlay", ("rw", "upperdir=/u,v"))]


def test_control_groups_are_found_in_hybrid_and_unified_hierarchies():
    mountinfo = (
        "30 25 0:1 / /sys/fs/cgroup/systemd rw - cgroup cgroup rw,name=systemd\n"
        "31 25 0:2 /box /sys/fs/cgroup/cpu rw - cgroup cgroup rw,cpu,cpuacct\n"
        "32 25 0:3 / /sys/fs/cgroup/unified rw - cgroup2 cgroup2 rw\n"
    )
    membership = "3:cpu,cpuacct:/box/a\n2:pids:/\n1:name=systemd:/s\n0::/u\n"
    assert [str(path) for path in cgroups.hierarchies(mountinfo, membership)] == [
        "/sys/fs/cgroup/cpu/a",
        "/sys/fs/cgroup/systemd/s",
        "/sys/fs/cgroup/unified/u",
    ]


def test_debootstraps_lines_are_condensed_to_phases_and_a_pulse():
    lines = [f"I: Retrieving package{n}" for n in range(30)] + ["I: Unpacking a", "I: Unpacking b"]
    clock = itertools.count(0, 1.0)
    said = list(base.condense(lines, lambda: next(clock)))
    assert "downloading" in said[0]
    assert "unpacking" in said[-1]
    assert 3 <= len(said) <= 6


def test_a_changed_recipe_is_another_base(tmp_path, monkeypatch):
    before = base.folder(tmp_path, "bookworm")
    monkeypatch.setattr(base, "PACKAGES", ("systemd",))
    assert base.folder(tmp_path, "bookworm") != before


def test_a_lock_file_deleted_by_its_holder_does_not_let_two_in(tmp_path):
    path = tmp_path / ".lock"
    waited = []
    with lock.locked(path):
        path.unlink()
        with lock.locked(path, lambda: waited.append(1)):
            pass
    assert waited == []
    assert path.exists()
