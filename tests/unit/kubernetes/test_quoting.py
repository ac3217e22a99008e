"""What is quoted is read back unchanged: by systemd's rules, and by CSV's."""

from __future__ import annotations

import csv
import shutil
import subprocess

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from tui_installer.kubernetes import tokencsv
from tui_installer.kubernetes.quoting import csv_line, exec_path, options_file, unfit, unit_value
from tui_installer.kubernetes.unquoting import read_options, split_words
from tui_installer.model.secret import Secret

NASTY = """ '"\\$%#;`=,{}()[]<>|&*?!~^@:-_/é漢\u00a0\u2028🙂"""
text = st.text(st.characters(exclude_categories=("Cc", "Cs"))) | st.text(NASTY)
value = text.filter(lambda value: not unfit(value))
name = st.from_regex(r"[a-z][a-z0-9-]{0,20}", fullmatch=True)


@given(st.lists(st.tuples(name, value)))
@example([("a", "\\"), ("b", "'\\''"), ("c", ""), ("d", "$HOME %h #x ;"), ("e", "end\\ ")])
def test_options_files_read_back_as_they_were_written(options):
    variable, words = read_options(options_file("KUBE_APISERVER_OPTS", options).decode())
    assert variable == "KUBE_APISERVER_OPTS"
    assert words == tuple(f"--{name}={value}" for name, value in options)


def test_the_form_is_the_tutorials():
    assert options_file(
        "KUBE_APISERVER_OPTS", [("v", "4"), ("etcd-servers", "https://a:2379")]
    ) == (b'KUBE_APISERVER_OPTS="--v=4 \\\n--etcd-servers=https://a:2379"\n')


@given(st.lists(st.tuples(name, value), min_size=1))
def test_a_flag_is_a_line(options):
    assert len(options_file("X", options).split(b"\n")) == len(options) + 1


@pytest.mark.parametrize(
    "char", ["\0", "\n", "\r", "\t", "\x7f", "\x85", "\ud800", "\ufdd0", "\uffff", "\U0001fffe"]
)
def test_control_characters_and_noncharacters_are_refused(char):
    with pytest.raises(ValueError, match="contains U"):
        options_file("X", [("flag", f"a{char}b")])
    with pytest.raises(ValueError, match="contains U"):
        exec_path(f"/opt/{char}")
    with pytest.raises(ValueError, match="contains U"):
        unit_value(f"/opt/{char}")


def test_the_tutorials_own_file_is_read():
    old = """
# made by apiserver.sh
KUBE_APISERVER_OPTS="--logtostderr=true \\
--v=4 \\
--tls-cert-file=/opt/kubernetes/ssl/server.pem  \\
--etcd-servers=https://a:2379,https://b:2379"
"""
    assert read_options(old) == (
        "KUBE_APISERVER_OPTS",
        (
            "--logtostderr=true",
            "--v=4",
            "--tls-cert-file=/opt/kubernetes/ssl/server.pem",
            "--etcd-servers=https://a:2379,https://b:2379",
        ),
    )


@pytest.mark.parametrize("bad", ["", "X", "X=--a", 'X="--a', 'X="--a"\nY="--b"\n', '1X="--a"'])
def test_a_file_that_is_not_one_quoted_variable_is_refused(bad):
    with pytest.raises(ValueError, match="options file"):
        read_options(bad)


def test_words_are_split_as_systemd_does():
    assert split_words(r"""a 'b c' "d 'e" f\ g '' h'i'j""") == (
        "a",
        "b c",
        "d 'e",
        "f g",
        "",
        "hij",
    )


@given(st.lists(st.text(st.characters(exclude_categories=("Cc", "Cs"))), min_size=1), st.booleans())
def test_csv_reads_back_as_it_was_written(fields, quote):
    line = csv_line(fields, quote=quote)
    assert "\n" not in line
    assert next(csv.reader([line], strict=True)) == fields


@given(st.lists(st.text(NASTY, min_size=1), min_size=1))
def test_csv_has_no_bare_quote_which_go_refuses(fields):
    # encoding/csv: a field without quotes around it may not contain one.
    for field in csv_line(fields).split(","):
        assert '"' not in field.strip('"').replace('""', "") or field.startswith('"')


def test_csv_refuses_a_line_break():
    with pytest.raises(ValueError, match="control character"):
        csv_line(["a\nb"])


def test_token_csv_is_the_tutorials_line():
    token = "c37758077defd4033bfe95a071689272"
    assert tokencsv.line(Secret(token)) == (
        f'{token},kubelet-bootstrap,10001,"system:kubelet-bootstrap"\n'.encode()
    )


GO_READER = """package main
import ("encoding/csv"; "fmt"; "os")
func main() {
	reader := csv.NewReader(os.Stdin)
	reader.FieldsPerRecord = -1
	records, err := reader.ReadAll()
	if err != nil { fmt.Fprintln(os.Stderr, err); os.Exit(1) }
	for _, record := range records { for _, field := range record { fmt.Printf("%s\\x00", field) } }
}
"""


def test_gos_own_csv_reader_reads_it_back(tmp_path):
    go = shutil.which("go")
    if go is None:
        pytest.skip("no go: its CSV reader cannot be asked")
    (tmp_path / "main.go").write_text(GO_READER)
    fields = ["a b", ' "x" ', "", "a,b", "'", '"', "#c", "é漢", "\\", '""', " "]
    done = subprocess.run(
        [go, "run", "main.go"],
        cwd=tmp_path,
        input=csv_line(fields).encode(),
        capture_output=True,
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.decode().split("\0")[:-1] == fields


def test_paths_in_units_have_their_percent_signs_doubled():
    assert unit_value("/opt/100%/cfg") == "/opt/100%%/cfg"
    assert exec_path("/opt/kubernetes/bin/etcd") == "/opt/kubernetes/bin/etcd"
    assert exec_path("/opt/a b%$c/x") == '"/opt/a b%%$c/x"'


@pytest.mark.parametrize("char", ["'", '"', "\\"])
def test_a_programs_path_that_systemd_refuses_is_refused(char):
    with pytest.raises(ValueError, match="systemd refuses"):
        exec_path(f"/opt/{char}/x")
