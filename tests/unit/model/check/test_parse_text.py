from __future__ import annotations

import pytest
from answers_samples import FINGERPRINT, refusal, tried
from hypothesis import given
from hypothesis import strategies as st

from tui_installer.model.check import parse
from tui_installer.model.spec import Version

ANY_TEXT = st.text(max_size=200) | st.text(alphabet="v0123456789.-dhms:SHA/~aZ_ \n", max_size=60)
TOTAL = {
    "version": parse.version,
    "fingerprint": parse.fingerprint,
    "sha256": parse.sha256,
    "cluster_name": parse.cluster_name,
    "user_name": parse.user_name,
    "env_name": parse.env_name,
    "flag_name": parse.flag_name,
    "line": parse.line,
    "absolute_path": parse.absolute_path,
    "folder": parse.folder,
    "file_path": parse.file_path,
}


@pytest.mark.parametrize("parser", TOTAL.values(), ids=TOTAL)
@given(text=ANY_TEXT)
def test_a_parser_gives_a_canonical_value_or_a_sentence(parser, text):
    value, why = tried(parser, text)
    if why:
        assert "want" in why or "without its dashes" in why
        assert why.isprintable()
    else:
        assert parser(str(value)) == value


@given(text=ANY_TEXT)
def test_a_duration_or_a_range_is_read_or_refused(text):
    for parser in (parse.duration, parse.port_range):
        value, why = tried(parser, text)
        assert (value is None) == bool(why)
        assert why.isprintable()


@given(seconds=st.integers(0, 36500 * 86400))
def test_a_duration_reads_back(seconds):
    assert parse.duration(parse.duration_text(seconds)) == seconds


@given(low=st.integers(1, 65535), high=st.integers(1, 65535))
def test_a_port_range_is_read_only_the_right_way_round(low, high):
    if low <= high:
        assert parse.port_range(f"{low}-{high}") == (low, high)
    else:
        assert "LOW-HIGH" in refusal(parse.port_range, f"{low}-{high}")


@pytest.mark.parametrize(
    ("text", "seconds"),
    [("24h", 86400), ("365d", 31536000), ("0", 0), ("90m", 5400), ("1h30m", 5400), ("0s", 0)],
)
def test_a_duration_is_seconds(text, seconds):
    assert parse.duration(text) == seconds


@pytest.mark.parametrize(
    "text", ["", "24", "1y", "h", "30m1h", "1h1h", "-1h", "1.5h", "1 h", "36501d"]
)
def test_a_duration_is_refused_with_its_form(text):
    assert "want" in refusal(parse.duration, text)


def test_a_version_may_have_a_v_and_a_pre_release():
    assert parse.version("1.37.2") == Version(1, 37, 2)
    assert parse.version("v1.38.0-rc.1") == Version(1, 38, 0, "-rc.1")


@pytest.mark.parametrize(
    "text",
    ["1.37", "v1", "1.37.02", "latest", "v1.37.2+k3s1", "v1.37.2-", "V1.37.2", "v1.37.2\n", ""],
)
def test_a_version_wants_three_numbers(text):
    assert "all three numbers" in refusal(parse.version, text)


def test_a_fingerprint_is_what_ssh_keygen_prints():
    assert parse.fingerprint(FINGERPRINT) == FINGERPRINT
    assert parse.fingerprint(FINGERPRINT + "=") == FINGERPRINT


@pytest.mark.parametrize(
    "text",
    [
        "MD5:16:27:ac:a5:76:28:2d:36:63:1b:56:4d:eb:df:a6:48",
        FINGERPRINT[:-1],
        FINGERPRINT + "A",
        FINGERPRINT[:-1] + "V",  # bits that no digest has
        FINGERPRINT.lower(),
        "",
    ],
)
def test_a_fingerprint_is_refused_with_its_form(text):
    assert "ssh-keygen -lf" in refusal(parse.fingerprint, text)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("opt/kubernetes", "absolute"),
        ("/", "other than /"),
        ("//", "other than /"),
        ("/opt/../etc", ".."),
        ("/opt/./x", ".."),
        ("/opt/a b", "letters"),
        ("/opt/$HOME", "letters"),
        ("/opt/%n", "letters"),
        ("/opt/a\n", "letters"),
        ("/" + "a" * 255, "255"),
    ],
)
def test_a_path_on_a_host_is_refused_with_the_reason(text, says):
    assert says in refusal(parse.absolute_path, text)


@pytest.mark.parametrize(
    "text", ["/etc", "/usr/", "/var/lib", "//opt", "/usr/local/bin", "/etc/systemd"]
)
def test_a_system_folder_is_not_taken(text):
    assert "a separate folder" in refusal(parse.folder, text)


@pytest.mark.parametrize("text", ["/tmp/k", "/run/systemd/system", "/proc/1", "/dev", "/sys/x"])
def test_a_folder_must_outlive_a_reboot(text):
    assert "survives a reboot" in refusal(parse.folder, text)


def test_a_folder_is_normalised():
    assert parse.folder("//opt//kubernetes/") == "/opt/kubernetes"


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "nothing"),
        ("a\0", "NUL"),
        ("~root/key", "~/"),
        ("a" * 4097, "4096"),
        ("a\nb", "newline"),
    ],
)
def test_a_file_of_the_operator_is_refused_with_the_reason(text, says):
    assert says in refusal(parse.file_path, text)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("--v", "'v'"),
        ("Audit", "a-z"),
        ("a_b", "a-z"),
        ("", "a-z"),
        ("a--b", "a-z"),
        ("v=1", "a-z"),
    ],
)
def test_a_flag_is_refused_with_its_form(text, says):
    assert says in refusal(parse.flag_name, text)


@pytest.mark.parametrize("text", ["a\nb", "a\0", "\x1b[31m", "a\u2028b", "a" * 8193])
def test_a_flag_value_is_one_printable_line(text):
    assert "want" in refusal(parse.line, text)


@pytest.mark.parametrize("text", ["-oProxyCommand=x", "a b", "", "a;b", "a\n", "$USER"])
def test_a_user_that_a_shell_or_ssh_would_misread_is_refused(text):
    assert "login name" in refusal(parse.user_name, text)


@pytest.mark.parametrize("text", ["root", "_x", "me@corp.example", "CORP\\me", "a.b-c+d", "svc$"])
def test_a_user_may_come_from_a_directory(text):
    assert parse.user_name(text) == text


@pytest.mark.parametrize("text", ["", "A", "-a", "a-", "a.b", "a/b", "..", "a" * 64, "a\n"])
def test_a_cluster_is_refused_a_name_that_is_no_label(text):
    assert "1 to 63" in refusal(parse.cluster_name, text)
