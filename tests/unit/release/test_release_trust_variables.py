"""SSL_CERT_FILE, SSL_CERT_DIR, REQUESTS_CA_BUNDLE and CURL_CA_BUNDLE: wrong ones, right ones."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest
from release_support import Site, Tls, kubernetes_site
from tls_samples import Authority

from tui_installer.errors import ExitCode, UsageError
from tui_installer.release import certificates, download
from tui_installer.release.failures import Unreachable

ONE = ("kube-apiserver",)
FILES = ("SSL_CERT_FILE", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE")
MARK = "-----BEGIN CERTIFICATE-----\n"
CUT = f"{MARK}MIIBgTCCASegAwIBAgIUYm9vbQ==\n-----END CERTIFICATE-----\n"


@pytest.fixture(autouse=True)
def plain(monkeypatch):
    monkeypatch.setattr(download, "FIRST_PAUSE", 0.01)
    for name in (*certificates.VARIABLES, "http_proxy", "https_proxy", "all_proxy", "no_proxy"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)


@pytest.fixture(scope="module")
def authority():
    return Authority()


@pytest.fixture
def site(authority, tmp_path):
    with Site(kubernetes_site(), tls=authority.server(tmp_path)) as running:
        yield running


WRONG = {
    "missing": (None, "does not exist"),
    "empty": ("", "is an empty file"),
    "blank": ("\n \n", "is an empty file"),
    "no PEM": ("hello\n", "has no PEM certificate in it"),
    "a key": (
        "-----BEGIN PRIVATE KEY-----\nAA==\n-----END PRIVATE KEY-----\n",
        "has no PEM certificate in it",
    ),
    "DER": (b"\x30\x82\x01\x00abc", "has no PEM certificate in it"),
    "damaged": (CUT, "has a damaged certificate"),
}


@pytest.mark.parametrize("variable", FILES)
@pytest.mark.parametrize(("content", "says"), WRONG.values(), ids=WRONG)
async def test_a_file_that_is_no_bundle_is_a_usage_error_that_names_the_variable(
    variable, content, says, get, site, tmp_path, monkeypatch
):
    path = tmp_path / "own.pem"
    if content is not None:
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
    monkeypatch.setenv(variable, str(path))
    with pytest.raises(UsageError, match=says) as caught:
        await get("mirror", site.url, names=ONE)
    assert f"the variable {variable} is {path}, which {says}" in caught.value.message
    assert caught.value.hint
    assert caught.value.code is ExitCode.USAGE


@pytest.mark.parametrize("variable", FILES)
def test_a_file_that_cannot_be_read_is_said_to_be(variable, tmp_path, monkeypatch):
    """Root may read all files, so the refusal of the kernel is a fake."""
    path = tmp_path / "own.pem"
    monkeypatch.setattr(Path, "read_bytes", lambda _: (_ for _ in ()).throw(PermissionError(13, "Permission denied")))  # fmt: skip  # noqa: E501
    with pytest.raises(UsageError, match=f"{variable} is {path}, which cannot be read: Permission"):
        certificates.of_environment({variable: str(path)})


def test_a_folder_in_place_of_a_file_leads_to_the_other_variable(tmp_path):
    with pytest.raises(UsageError, match="which is a folder") as caught:
        certificates.of_environment({"SSL_CERT_FILE": str(tmp_path)})
    assert "SSL_CERT_DIR" in caught.value.hint


FOLDERS = {
    "missing": ("{0}/gone", "does not exist"),
    "all missing": ("{0}/gone:{0}/away", "does not exist"),
    "a file": ("{0}/file.pem", "is not a folder"),
    "empty": ("{0}/empty", "has no certificate in it"),
}


@pytest.mark.parametrize(("value", "says"), FOLDERS.values(), ids=FOLDERS)
def test_a_folder_without_certificates_is_refused(value, says, tmp_path):
    (tmp_path / "file.pem").write_text(MARK)
    (tmp_path / "empty").mkdir()
    value = value.format(tmp_path)
    with pytest.raises(UsageError, match=says) as caught:
        certificates.of_environment({"SSL_CERT_DIR": value})
    assert f"the variable SSL_CERT_DIR is {value}" in caught.value.message


@pytest.mark.parametrize("variable", FILES)
async def test_a_right_file_is_honoured(variable, get, site, authority, tmp_path, monkeypatch):
    monkeypatch.setenv(variable, str(authority.write(tmp_path / "ca.pem")))
    assert await get("mirror", site.url, names=ONE)


@pytest.mark.parametrize("variable", ["SSL_CERT_DIR", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"])
@pytest.mark.parametrize("hashed", [True, False])
async def test_a_right_folder_is_honoured_rehashed_or_not(
    variable, hashed, get, site, authority, tmp_path, monkeypatch
):
    folder = tmp_path / "certs"
    folder.mkdir()
    authority.write(folder / "own.pem")
    if hashed:
        subprocess.run(  # noqa: ASYNC221
            ["openssl", "rehash", folder], check=True, capture_output=True
        )
    value = f"{tmp_path}/gone:{folder}" if variable == "SSL_CERT_DIR" else str(folder)
    monkeypatch.setenv(variable, value)
    assert await get("mirror", site.url, names=ONE)


async def test_an_empty_variable_counts_as_unset(get, site, authority, tmp_path, monkeypatch):
    for name in certificates.VARIABLES:
        monkeypatch.setenv(name, "")
    assert certificates.of_environment() == []
    get.access = authority.access(tmp_path)
    assert await get("mirror", site.url, names=ONE)


async def test_a_sources_own_ca_is_trusted_for_that_source(get, site, authority, tmp_path):
    with pytest.raises(Unreachable, match="its CA is not trusted here") as caught:
        await get("mirror", site.url, names=ONE)
    assert "kubernetes.source.ca: FILE" in caught.value.hint
    get.access = authority.access(tmp_path)
    assert await get("mirror", site.url, names=ONE)


async def test_a_ca_file_of_the_answers_that_is_not_usable_is_named(get, site, tmp_path):
    get.access = Authority().access(tmp_path)
    (tmp_path / "ca.pem").write_text("no certificate")
    with pytest.raises(UsageError, match=r"kubernetes\.source\.ca is .*ca\.pem, which has no PEM"):
        await get("mirror", site.url, names=ONE)


CERTIFICATES = {
    "expired": ({"days": (-30, -1)}, "it has expired", "this machine's clock says"),
    "not valid yet": ({"days": (5, 30)}, "it is not valid yet", "correct the clock"),
    "another name": ({"names": ("other.example.com",)}, "another host name", "use a name"),
    "self-signed": ({"own": True}, "it is self-signed", "kubernetes.source.ca: FILE"),
}


@pytest.mark.parametrize(("made", "says", "hint"), CERTIFICATES.values(), ids=CERTIFICATES)
async def test_a_certificate_that_is_not_accepted_has_its_cause_and_its_hint(
    made, says, hint, get, authority, tmp_path
):
    get.access = None if made.get("own") else authority.access(tmp_path)
    with Site(kubernetes_site(), tls=authority.server(tmp_path, **made)) as site:
        with pytest.raises(Unreachable, match=says) as caught:
            await get("mirror", site.url, names=ONE)
        assert site.requests == []
    assert hint in caught.value.hint
    assert get.said == [], "a retry would meet the same certificate"


async def test_a_site_that_speaks_plain_http_is_said_to(get):
    with (
        Site(kubernetes_site()) as site,
        pytest.raises(Unreachable, match="does not speak TLS") as caught,
    ):
        await get("mirror", site.url.replace("http:", "https:"), names=ONE)
    assert "http://" in caught.value.hint


def test_a_leaf_that_the_answers_name_is_enough(tmp_path):
    """As curl's --cacert: what is named is an anchor, be it a root or not."""
    tls = Tls(tmp_path)
    assert certificates.trust(str(tls.certificate), "kubernetes.source.ca").cert_store_stats()
