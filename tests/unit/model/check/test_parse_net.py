from __future__ import annotations

from ipaddress import ip_network

import pytest
from answers_samples import refusal, tried
from hypothesis import assume, given
from hypothesis import strategies as st

from tui_installer.model.certificates import San, SanKind
from tui_installer.model.check import parse
from tui_installer.model.spec import Endpoint

ANY_TEXT = st.text(max_size=300) | st.text(alphabet="abz019.-_*:/[]%@?# \n\0xnüßÀ。①", max_size=80)
NAMES = st.from_regex(
    r"[a-z0-9]([a-z0-9-]{0,10}[a-z0-9])?(\.[a-z][a-z0-9]{0,8}){0,4}", fullmatch=True
)
ADDRESSES = st.ip_addresses().map(str)

TOTAL = {
    "ip": parse.ip,
    "host_address": parse.host_address,
    "host_name": parse.host_name,
    "dns_name": parse.dns_name,
    "host_or_ip": parse.host_or_ip,
    "port": parse.port,
    "cidr": parse.cidr,
    "san": parse.san,
    "url": parse.url,
    "etcd_url": parse.etcd_url,
}


@pytest.mark.parametrize("parser", TOTAL.values(), ids=TOTAL)
@given(text=ANY_TEXT | NAMES | ADDRESSES)
def test_a_parser_gives_a_canonical_value_or_a_sentence(parser, text):
    value, why = tried(parser, text)
    if why:
        assert "want" in why
        assert why.isprintable()
    else:
        assert parser(str(value)) == value


@given(text=ANY_TEXT | NAMES | ADDRESSES)
def test_an_endpoint_is_canonical_or_refused(text):
    value, why = tried(parse.endpoint, text)
    assert why.isprintable()
    if value:
        assert parse.endpoint(parse.endpoint_text(value)) == value


@given(name=NAMES, port=st.integers(1, 65535))
def test_an_endpoint_keeps_name_and_port(name, port):
    assume(not tried(parse.dns_name, name)[1])
    assert parse.endpoint(f"{name}:{port}") == Endpoint(name, port)


@given(address=st.ip_addresses(v=6), port=st.integers(1, 65535))
def test_an_ipv6_endpoint_wants_brackets_only_for_its_port(address, port):
    assume(not address.ipv4_mapped)
    assert parse.endpoint(f"[{address}]:{port}") == Endpoint(str(address), port)
    assert parse.endpoint(str(address)) == Endpoint(str(address), 6443)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("192.0.2.1", San(SanKind.IP, "192.0.2.1")),
        ("IP:192.0.2.1", San(SanKind.IP, "192.0.2.1")),
        ("2001:DB8:0::1", San(SanKind.IP, "2001:db8::1")),
        ("ip:2001:db8::1", San(SanKind.IP, "2001:db8::1")),
        ("API.Example.com", San(SanKind.DNS, "api.example.com")),
        ("DNS:api", San(SanKind.DNS, "api")),
        ("*.example.com", San(SanKind.DNS, "*.example.com")),
        ("bücher.example", San(SanKind.DNS, "xn--bcher-kva.example")),
        ("XN--BCHER-KVA.example", San(SanKind.DNS, "xn--bcher-kva.example")),
        ("a" * 63 + ".example", San(SanKind.DNS, "a" * 63 + ".example")),
    ],
)
def test_a_san_is_typed_and_canonical(text, value):
    assert parse.san(text) == value


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("a.example\n", "a newline"),
        ("a.example\nb.example", "a newline"),
        ("a example", "a space"),
        (" a.example", "without spaces and quotes: a.example"),
        ("a.example\0", "a NUL"),
        ("a\u202eb", "U+202E"),
        ("fe80::1%eth0", "scope id"),
        ("a.*.example", "leftmost"),
        ("a*.example", "leftmost"),
        ("*", "leftmost"),
        ("*.*.example", "leftmost"),
        ("*.example", "before two parts"),
        ("DNS:*.xn--zckzah", "before two parts"),
        ("*.192.0.2.1", "not a number"),
        ("a_b.example", "underscore"),
        ("a..b", "one dot too many"),
        ("example.", "without the dot at its end: example"),
        ("", "one dot too many"),
        ("-a.example", "starts or ends with -"),
        ("a" * 64, "63"),
        (".".join(["a" * 50] * 6), "253"),
        ("*." + ".".join(["a" * 50] * 4 + ["a" * 49]), "253"),
        ("10.0.0.300", "IP address"),
        ("010.0.0.1", "IP address"),
        ("0x7f.1", "nor an IP"),
        ("a.0x7f", "not a number"),
        ("DNS:192.0.2.1", "not a number"),
        ("IP:example.com", "IP address"),
        ("192.0.2.1,192.0.2.2", "192.0.2.1,192.0.2.2"),
        ("192.0.2.0/24", "192.0.2.0/24"),
        ("::ffff:192.0.2.1", "192.0.2.1"),
        ("xn--0", "IDNA"),
    ],
)
def test_a_san_is_refused_with_the_reason(text, says):
    assert says in refusal(parse.san, text)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("10.0.0.5/24", "want 10.0.0.0/24"),
        ("2001:db8::1/64", "want 2001:db8::/64"),
        ("10.0.0.0", "10.0.0.0/24"),
        ("10.0.0.0/33", "0 to 32"),
        ("::/129", "0 to 128"),
        ("10.0.0.0/255.255.255.0", "address/prefix length"),
        ("10.0.0.0/08", "address/prefix length"),
        ("010.0.0.0/8", "IP address"),
        ("fe80::%1/64", "scope id"),
        ("", "10.0.0.0/24"),
    ],
)
def test_a_network_is_refused_with_what_it_should_be(text, says):
    assert says in refusal(parse.cidr, text)


def test_a_network_is_read_in_both_families():
    assert parse.cidr("10.244.0.0/16") == ip_network("10.244.0.0/16")
    assert parse.cidr("FD00:10:96::/112") == ip_network("fd00:10:96::/112")


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("0.0.0.0", "unspecified"),
        ("127.0.0.1", "loopback"),
        ("::1", "loopback"),
        ("169.254.1.1", "link-local"),
        ("fe80::1", "link-local"),
        ("224.0.0.1", "multicast"),
        ("255.255.255.255", "broadcast"),
    ],
)
def test_a_host_is_refused_an_address_that_others_cannot_reach(text, kind):
    assert kind in refusal(parse.host_address, text)


@pytest.mark.parametrize("text", ["0", "65536", "022", "+22", "-1", "2 2", "２２", "", "1e3"])
def test_a_port_is_refused_outside_of_its_range(text):
    assert "1 to 65535" in refusal(parse.port, text)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("https://dl.k8s.io", "https://dl.k8s.io"),
        ("HTTPS://DL.k8s.io/", "https://dl.k8s.io"),
        ("http://192.0.2.1:8080/a/b//", "http://192.0.2.1:8080/a/b"),
        ("http://[2001:DB8::1]:80/x", "http://[2001:db8::1]:80/x"),
        ("https://x.example/a.tar.gz?token=1/", "https://x.example/a.tar.gz?token=1/"),
    ],
)
def test_a_url_is_canonical(text, value):
    assert parse.url(text) == value


@pytest.mark.parametrize(
    "text",
    [
        "ftp://x.example",
        "dl.k8s.io",
        "https://",
        "https://user:pw@x.example",
        "https://x.example/a b",
        "https://x.example/#a",
        "https://x.example:0",
        "https://x.example:",
        "https://[192.0.2.1]/",
        "https://x.example/\n",
        "https://a_b.example",
        "file:///etc/passwd",
    ],
)
def test_a_url_is_refused(text):
    assert "want" in refusal(parse.url, text)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("http://192.0.2.1:2379", "want https"),
        ("https://192.0.2.1", "HOST:PORT"),
        ("https://192.0.2.1:2379/v3", "no path"),
        ("https://192.0.2.1:2379?a", "no path"),
        ("192.0.2.1:2379", "https://"),
    ],
)
def test_an_etcd_endpoint_is_refused_with_its_form(text, says):
    assert says in refusal(parse.etcd_url, text)


def test_an_etcd_endpoint_may_be_ipv6():
    assert parse.etcd_url("https://[2001:db8::1]:2379/") == "https://[2001:db8::1]:2379"


@pytest.mark.parametrize(
    "text", ["[192.0.2.1]:1", "[a]", "a:b:c", "a:0", "a:", ":1", "[::1]x", "*.a"]
)
def test_an_endpoint_is_refused(text):
    assert "want" in refusal(parse.endpoint, text)
