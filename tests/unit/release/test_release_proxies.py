"""HTTP_PROXY, HTTPS_PROXY, ALL_PROXY and NO_PROXY, as curl and Go read them."""

from __future__ import annotations

import base64

import httpx
import pytest
from release_support import Site
from tls_samples import Authority

from tui_installer.errors import ExitCode, UsageError
from tui_installer.release.failures import Unreachable
from tui_installer.release.proxies import Proxies

ONE = ("kube-apiserver",)
APISERVER = "/release/v1.37.2/bin/linux/amd64/kube-apiserver"
PROXY = "http://proxy.example:3128"


CHOSEN = [
    ({}, "https://a.example", ""),
    ({"HTTPS_PROXY": PROXY}, "https://a.example", "HTTPS_PROXY"),
    ({"https_proxy": PROXY}, "https://a.example", "https_proxy"),
    ({"Https_Proxy": PROXY}, "https://a.example", "Https_Proxy"),
    ({"HTTPS_PROXY": "http://other:1", "https_proxy": PROXY}, "https://a.example", "https_proxy"),
    ({"HTTPS_PROXY": PROXY, "https_proxy": ""}, "https://a.example", "HTTPS_PROXY"),
    ({"HTTPS_PROXY": PROXY}, "http://a.example", ""),
    ({"HTTP_PROXY": PROXY}, "http://a.example", "HTTP_PROXY"),
    ({"HTTP_PROXY": PROXY}, "https://a.example", ""),
    ({"ALL_PROXY": PROXY}, "https://a.example", "ALL_PROXY"),
    ({"ALL_PROXY": "http://other:1", "HTTP_PROXY": PROXY}, "http://a.example", "HTTP_PROXY"),
    ({"HTTPS_PROXY": "proxy.example:3128"}, "https://a.example", "HTTPS_PROXY"),
]


@pytest.mark.parametrize(("environ", "url", "variable"), CHOSEN)
def test_the_proxy_of_a_url_is_the_one_of_its_scheme(environ, url, variable):
    found = Proxies(environ).of(httpx.URL(url))
    assert (found.variable if found else "") == variable
    assert found is None or found.url == PROXY


BYPASSED = [
    ("*", "http://a.example"),
    ("other, *", "http://a.example"),
    ("a.example", "http://a.example"),
    ("A.Example", "http://a.example"),
    ("example", "http://a.example"),
    (".a.example", "http://a.example"),
    (".example", "http://a.example"),
    ("*.example", "http://a.example"),
    ("a.example.", "http://a.example"),
    ("a.example", "http://a.example."),
    ("b.example a.example", "http://a.example"),
    ("b.example,,a.example,", "http://a.example"),
    ("a.example:80", "http://a.example"),
    ("a.example:8443", "https://a.example:8443"),
    ("a.example:443", "https://a.example"),
    (".example:443", "https://a.example"),
    ("127.0.0.1", "http://127.0.0.1:8080"),
    ("127.0.0.1:8080", "http://127.0.0.1:8080"),
    ("10.0.0.0/8", "http://10.20.30.40"),
    ("10.1.2.3/8", "http://10.20.30.40"),
    ("::1", "http://[::1]:8080"),
    ("[::1]", "http://[::1]:8080"),
    ("[::1]:8080", "http://[::1]:8080"),
    ("0:0:0:0:0:0:0:1", "http://[::1]"),
    ("fd00::/8", "http://[fd12:3456::7]"),
    ("[fd00::]/8", "http://[fd12:3456::7]"),
    ("[fd00::/8]", "http://[fd12:3456::7]"),
    ("::ffff:10.0.0.1", "http://10.0.0.1"),
    ("10.0.0.0/8", "http://[::ffff:10.0.0.1]"),
    ("localhost", "http://localhost:8080"),
    ("bücher.example", "http://xn--bcher-kva.example"),
]
PROXIED = [
    ("", "http://a.example"),
    ("b.example", "http://a.example"),
    ("a.example:81", "http://a.example"),
    ("a.example:80", "https://a.example"),
    ("ample", "http://a.example"),
    ("a.example", "http://ba.example"),
    ("sub.a.example", "http://a.example"),
    ("127.0.0.1:8081", "http://127.0.0.1:8080"),
    ("127.0.0.1", "http://127.0.0.2"),
    ("10.0.0.0/8", "http://11.0.0.1"),
    ("10.0.0.0/8", "http://10.example"),
    ("10.0.0.0/99", "http://10.0.0.1"),
    ("[::1]:8081", "http://[::1]:8080"),
    ("[::2]", "http://[::1]"),
    ("fd00::/8", "http://[fe80::1]"),
    ("[", "http://a.example"),
    ("[x]", "http://a.example"),
    (":", "http://a.example"),
    (".", "http://a.example"),
    ("/8", "http://a.example"),
    ("http://a.example", "http://a.example"),
]


@pytest.mark.parametrize("variable", ["NO_PROXY", "no_proxy"])
@pytest.mark.parametrize(("value", "url"), BYPASSED)
def test_hosts_of_no_proxy_are_reached_directly(variable, value, url):
    environ = {variable: value, "ALL_PROXY": PROXY}
    assert Proxies(environ).of(httpx.URL(url)) is None


@pytest.mark.parametrize(("value", "url"), PROXIED)
def test_others_are_reached_through_the_proxy(value, url):
    assert Proxies({"NO_PROXY": value, "ALL_PROXY": PROXY}).of(httpx.URL(url)).url == PROXY


REFUSED = [
    ("gopher://proxy:1", "gopher is not supported", "want http://HOST:PORT"),
    ("socks4://proxy:1", "socks4 is not supported", "want http://HOST:PORT"),
    ("http://", "it has no host", "want http://HOST:PORT"),
    ("http://:3128", "it has no host", "want http://HOST:PORT"),
    ("http://::1:3128", "it has no host", "in brackets"),
    ("http://proxy:99999", "99999 is not a port", "1 to 65535"),
    ("http://proxy:0", "0 is not a port", "1 to 65535"),
    ("http://proxy:http", "http is not a port", "1 to 65535"),
    ("http://me:hun/ter2@proxy:1", "its login has one of / ? # @", "%2F"),
    ("http://me:hunter2#@proxy:1", "its login has one of / ? # @", "%23"),
    ("http://me:hun@ter2@proxy:1", "its login has one of / ? # @", "%40"),
    ("http://me:hunter2@proxy:99999", "99999 is not a port", "1 to 65535"),
    ("http://me:hunter2@[proxy:1", "it has no host", "want http://HOST:PORT"),
]


@pytest.mark.parametrize(("value", "says", "hint"), REFUSED)
async def test_a_proxy_that_is_none_is_named_without_its_login(
    value, says, hint, get, site, monkeypatch
):
    monkeypatch.setenv("HTTP_PROXY", value)
    with pytest.raises(UsageError) as caught:
        await get("mirror", site.url, names=ONE)
    assert "the variable HTTP_PROXY is" in caught.value.message
    assert says in caught.value.message
    assert hint in caught.value.hint
    assert caught.value.code is ExitCode.USAGE
    shown = f"{caught.value.message} {caught.value.hint} {caught.value.details}"
    assert "hun" not in shown
    assert "ter2" not in shown
    assert site.requests == []


async def test_a_proxys_login_is_sent_to_it_alone_and_shown_nowhere(get, site, monkeypatch):
    monkeypatch.setenv("HTTP_PROXY", site.url.replace("://", "://me:hunter%232@"))
    target = "http://mirror.invalid"
    site.files |= {target + path: content for path, content in site.files.items()}
    found = await get("mirror", target, names=ONE)
    sent = site.gets(target + APISERVER)[0]["Proxy-Authorization"]
    assert base64.b64decode(sent.removeprefix("Basic ")) == b"me:hunter#2"
    assert "hunter" not in f"{found} {get.said}"


async def test_a_proxy_that_does_not_answer_is_named_and_not_the_site(get, monkeypatch):
    with Site({}) as gone:
        url = gone.url
    monkeypatch.setenv("HTTPS_PROXY", url.replace("://", "://me:hunter2@"))
    with pytest.raises(Unreachable) as caught:
        await get("mirror", "https://mirror.invalid", names=ONE)
    assert caught.value.message.startswith(f"the proxy {url} (HTTPS_PROXY) can't be reached: ")
    assert "NO_PROXY" in caught.value.hint
    assert "hunter2" not in f"{caught.value} {caught.value.details} {get.said}"


async def test_a_proxy_that_wants_a_login_says_how_to_give_it(get, site, monkeypatch):
    monkeypatch.setenv("HTTP_PROXY", site.url)
    site.faults = {f"http://mirror.invalid{APISERVER}.sha256": [407]}
    with pytest.raises(Exception, match="407") as caught:
        await get("mirror", "http://mirror.invalid", names=ONE)
    assert "set HTTP_PROXY to http://USER:PASSWORD@HOST:PORT" in caught.value.hint


async def test_a_tunnel_that_is_refused_is_the_proxys(get, site, monkeypatch):
    """The site has no CONNECT, as a proxy that forbids a host: 501."""
    monkeypatch.setenv("HTTPS_PROXY", site.url)
    with pytest.raises(Unreachable, match=r"\(HTTPS_PROXY\) refuses the connection: 501") as caught:
        await get("mirror", "https://mirror.invalid", names=ONE)
    assert "NO_PROXY" in caught.value.hint


@pytest.mark.parametrize(
    "excepted", ["[::1],127.0.0.0/8", "::1, 127.0.0.1", "*", "127.0.0.1:{port}"]
)
async def test_a_mirror_in_no_proxy_is_downloaded_from(excepted, get, site, monkeypatch):
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:1")
    monkeypatch.setenv("NO_PROXY", excepted.format(port=site.url.rpartition(":")[2]))
    assert await get("mirror", site.url, names=ONE)


async def test_a_proxy_over_https_is_trusted_by_the_variables_too(get, site, tmp_path, monkeypatch):
    authority = Authority()
    monkeypatch.setenv("SSL_CERT_FILE", str(authority.write(tmp_path / "own.pem")))
    target = "http://mirror.invalid"
    files = {target + path: content for path, content in site.files.items()}
    with Site(files, tls=authority.server(tmp_path)) as front:
        monkeypatch.setenv("HTTP_PROXY", front.url)
        assert await get("mirror", target, names=ONE)
