from hypothesis import given
from hypothesis import strategies as st

from tui_installer.lab import apt

DEB822 = """\
Types: deb deb-src
# a comment
URIs: http://mirror.example/debian/
 https://second.example/debian
Suites: bookworm bookworm-updates
Components: main contrib
Signed-By:
 -----BEGIN PGP PUBLIC KEY BLOCK-----
 .
 -----END PGP PUBLIC KEY BLOCK-----

Enabled: no
Types: deb
URIs: http://disabled.example/debian
Suites: bookworm
Components: main

Types: deb-src
URIs: http://sources.example/debian
Suites: bookworm
Components: main
"""


def test_one_line_source_is_read_without_its_options_and_comment():
    line = "deb [arch=amd64 signed-by=/a.gpg] https://m.example/debian/ bookworm main non-free # x"
    assert list(apt.one_line(line)) == [
        apt.Source("https://m.example/debian", "bookworm", ("main", "non-free"))
    ]


def test_one_line_leaves_out_source_packages_comments_and_foreign_schemes():
    text = "# deb http://a b main\ndeb-src http://a b main\ndeb cdrom:[x]/ b main\ndeb http://a\n"
    assert list(apt.one_line(text)) == []


def test_deb822_gives_every_uri_with_every_suite_and_no_disabled_stanza():
    found = list(apt.deb822(DEB822))
    assert [(source.uri, source.suite) for source in found] == [
        ("http://mirror.example/debian", "bookworm"),
        ("http://mirror.example/debian", "bookworm-updates"),
        ("https://second.example/debian", "bookworm"),
        ("https://second.example/debian", "bookworm-updates"),
    ]
    assert found[0].components == ("main", "contrib")


def test_mirror_is_the_first_that_has_the_suite_itself(tmp_path):
    parts = tmp_path / "sources.list.d"
    parts.mkdir()
    (tmp_path / "sources.list").write_text("deb http://ports.example/x bookworm-security main\n")
    (parts / "a.list").write_text("deb http://extra.example/tool bookworm tool\n")
    (parts / "debian.sources").write_text(DEB822)
    (parts / "ignored.bak").write_text("deb http://wrong.example/debian bookworm main\n")
    assert apt.mirror("bookworm", tmp_path) == "http://mirror.example/debian"


def test_mirror_is_empty_when_apt_has_no_such_suite(tmp_path):
    assert apt.mirror("bookworm", tmp_path) == ""


@given(st.text())
def test_no_text_breaks_the_parsers(text):
    for source in [*apt.one_line(text), *apt.deb822(text)]:
        assert source.uri.startswith(apt.SCHEMES)
        assert source.suite.strip() == source.suite
