"""The login of a mirror: from the answers or from netrc; to that site alone, shown nowhere."""

from __future__ import annotations

import base64

import pytest
from release_support import Site

from tui_installer.engine.core.access import access_of
from tui_installer.errors import AuthenticationFailed, InstallerError, UsageError
from tui_installer.model.secret import Secret
from tui_installer.model.spec import SecretRef, Source, SourceKind
from tui_installer.release.access import Access, login_of
from tui_installer.remote.credentials import Credentials

ONE = ("kube-apiserver",)
APISERVER = "/release/v1.37.2/bin/linux/amd64/kube-apiserver"


@pytest.fixture(autouse=True)
def home(tmp_path, monkeypatch):
    folder = tmp_path / "home"
    folder.mkdir(exist_ok=True)
    monkeypatch.setenv("HOME", str(folder))
    return folder


def basic(text):
    return f"Basic {base64.b64encode(text.encode()).decode()}"


LOGINS = [
    (b"me:hunter2", basic("me:hunter2")),
    (b"me:hun:ter2\n", basic("me:hun:ter2")),
    ("me:pässword".encode(), basic("me:pässword")),
    (b"abc.DEF-123_~+/=", "Bearer abc.DEF-123_~+/="),
    (b"Bearer abc", "Bearer abc"),
]


@pytest.mark.parametrize(("content", "header"), LOGINS)
def test_a_login_is_a_user_with_password_or_a_bearer_token(content, header):
    assert login_of(Secret(content), "the file x").header.reveal().decode() == header


@pytest.mark.parametrize("content", [b"", b"two words", b'to"ken', b"to\\ken", b"t\xc3\xb6ken"])
def test_another_content_is_no_login_and_is_not_shown(content):
    with pytest.raises(UsageError, match="the file x holds no login") as caught:
        login_of(Secret(content), "the file x")
    assert "USER:PASSWORD, or a bearer token" in caught.value.hint


def access(tmp_path, content="me:hunter2\n", mode=0o600):
    file = tmp_path / "login"
    file.write_text(content)
    file.chmod(mode)
    source = Source(SourceKind.MIRROR, login=SecretRef(file))
    return access_of(source, "kubernetes.source", Credentials().resolve)


async def test_the_answers_login_is_sent_with_every_request_and_shown_nowhere(get, site, tmp_path):
    get.access = access(tmp_path)
    found = await get("mirror", site.url, names=ONE)
    assert {headers["Authorization"] for _, _, headers in site.requests} == {basic("me:hunter2")}
    kept = [path.read_text() for path in get.root.glob("index/*")]
    assert "hunter2" not in f"{found} {get.said} {kept} {get.access!r}"
    assert "is not https: the login from the file" in get.said[0]


def test_a_login_from_a_variable(monkeypatch):
    source = Source(SourceKind.MIRROR, login=SecretRef(env="MIRROR_LOGIN"))
    made = access_of(source, "etcd.source", Credentials(environ={"MIRROR_LOGIN": "token"}).resolve)
    assert made.login.header.reveal() == b"Bearer token"
    with pytest.raises(AuthenticationFailed, match=r"etcd\.source\.login.*MIRROR_LOGIN.*not set"):
        access_of(source, "etcd.source", Credentials(environ={}).resolve)


def test_a_login_file_that_others_can_read_is_refused(tmp_path):
    with pytest.raises(AuthenticationFailed, match="other users can read") as caught:
        access(tmp_path, mode=0o644)
    assert "chmod 600" in caught.value.hint


async def test_no_login_is_sent_to_the_host_of_a_redirect(get, site, tmp_path):
    get.access = access(tmp_path)
    with Site({}) as front:
        elsewhere = site.url.replace("127.0.0.1", "localhost")
        front.redirects = {path: elsewhere + path for path in site.files}
        assert await get("mirror", front.url, names=ONE)
        assert all("Authorization" in headers for _, _, headers in front.requests)
    assert site.requests
    assert not any("Authorization" in headers for _, _, headers in site.requests)


@pytest.mark.parametrize("status", [401, 403])
async def test_a_refusal_says_where_a_login_is_named(get, site, tmp_path, status):
    site.faults = {f"{APISERVER}.sha256": [status] * 2, f"{APISERVER}.sha512": [status] * 2}
    with pytest.raises(InstallerError, match=f"was refused: {status}") as caught:
        await get("mirror", site.url, names=ONE)
    assert "kubernetes.source.login" in caught.value.hint
    assert ".netrc" in caught.value.hint
    get.access = access(tmp_path)
    with pytest.raises(InstallerError) as caught:
        await get("mirror", site.url, names=ONE)
    assert f"does not accept the login from the file {tmp_path}/login" in caught.value.hint


def netrc(path, host="127.0.0.1", mode=0o600):
    path.write_text(f"machine {host} login me password hunter2\n")
    path.chmod(mode)
    return path


async def test_the_login_of_netrc_is_used_for_its_host(get, site, home):
    netrc(home / ".netrc")
    assert await get("mirror", site.url, names=ONE)
    assert site.gets(APISERVER)[0]["Authorization"] == basic("me:hunter2")


async def test_the_login_of_another_host_is_not_used(get, site, home):
    netrc(home / ".netrc", "mirror.example", 0o644)
    assert await get("mirror", site.url, names=ONE)
    assert "Authorization" not in site.gets(APISERVER)[0]


async def test_the_variable_netrc_names_another_file(get, site, home, tmp_path, monkeypatch):
    (home / ".netrc").write_text("not one")
    monkeypatch.setenv("NETRC", str(netrc(tmp_path / "logins")))
    assert await get("mirror", site.url, names=ONE)
    assert site.gets(APISERVER)[0]["Authorization"] == basic("me:hunter2")


async def test_the_answers_login_comes_before_netrcs(get, site, home, tmp_path):
    netrc(home / ".netrc", mode=0o644)
    get.access = access(tmp_path, "token")
    assert await get("mirror", site.url, names=ONE)
    assert site.gets(APISERVER)[0]["Authorization"] == "Bearer token"


async def test_a_netrc_that_others_can_read_is_refused_where_it_has_the_login(get, site, home):
    netrc(home / ".netrc", mode=0o640)
    with pytest.raises(UsageError, match=r"other users can read it \(mode 0640\)") as caught:
        await get("mirror", site.url, names=ONE)
    assert caught.value.hint == f"chmod 600 {home}/.netrc"


@pytest.mark.parametrize(
    ("content", "says"), [(None, "does not exist"), ("machine x hunter2 y", "not a netrc file")]
)
async def test_a_wrong_file_in_netrc_is_refused(content, says, get, site, tmp_path, monkeypatch):
    path = tmp_path / "logins"
    if content:
        path.write_text(content)
    monkeypatch.setenv("NETRC", str(path))
    with pytest.raises(UsageError, match=f"the variable NETRC is {path}, which .*{says}") as caught:
        await get("mirror", site.url, names=ONE)
    assert "hunter2" not in caught.value.message


async def test_a_wrong_file_in_the_home_folder_is_logged_and_not_needed(get, site, home):
    (home / ".netrc").write_text("machine x hunter2 y")
    assert await get("mirror", site.url, names=ONE)
    assert "is not a netrc file: line 1" in get.said[0]
    assert "hunter2" not in get.said[0]


def test_an_access_shows_no_secret():
    assert "hunter2" not in repr(Access(login=login_of(Secret("me:hunter2"), "x")))
