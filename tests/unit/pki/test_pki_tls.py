"""Certificates in a real TLS handshake over loopback, both sides authenticated."""

from __future__ import annotations

import dataclasses
import socket
import ssl
import threading
import time

import pytest
from pki_samples import ADMIN, CA, SANS, SERVER, YEAR, write

from tui_installer.model.certificates import KeyType, Usage
from tui_installer.pki.issue import issue_ca, issue_leaf

NAMES = [san.value.replace("*", "any") for san in SANS]


@pytest.fixture(scope="module", params=[KeyType.ECDSA_P256, KeyType.RSA_2048])
def pki(request, tmp_path_factory):
    return Pki(tmp_path_factory.mktemp("tls"), request.param)


class Pki:
    def __init__(self, folder, key_type):
        self.folder, self.key_type, self.now = folder, key_type, int(time.time())
        self.root = self.make_ca()
        self.ca = write(folder, "ca.pem", self.root.cert)

    def make_ca(self):
        return issue_ca(CA, key_type=self.key_type, lifetime=YEAR, now=self.now)

    def context(self, profile, purpose, signer=None):
        made = issue_leaf(
            profile, signer or self.root, key_type=self.key_type, lifetime=3600, now=self.now
        )
        cert = write(self.folder, "leaf.pem", made.cert)
        key = write(self.folder, "leaf-key.pem", made.key.reveal())
        context = ssl.create_default_context(purpose, cafile=self.ca)
        context.verify_flags |= ssl.VERIFY_X509_STRICT
        context.verify_mode = ssl.CERT_REQUIRED
        context.load_cert_chain(cert, key)
        return context

    def server(self, profile=SERVER, signer=None):
        return self.context(profile, ssl.Purpose.CLIENT_AUTH, signer)

    def client(self, profile=ADMIN, signer=None):
        return self.context(profile, ssl.Purpose.SERVER_AUTH, signer)


def handshake(server: ssl.SSLContext, client: ssl.SSLContext, name: str) -> list[str]:
    """Connect by `name`; the client's common names that the server saw."""
    seen: list[str] = []
    with socket.create_server(("127.0.0.1", 0)) as listener:
        thread = threading.Thread(target=serve, args=(listener, server, seen))
        thread.start()
        try:
            with (
                socket.create_connection(listener.getsockname(), timeout=10) as raw,
                client.wrap_socket(raw, server_hostname=name) as connection,
            ):
                assert connection.recv(2) == b"ok"
        finally:
            thread.join(10)
    return seen


def serve(listener: socket.socket, context: ssl.SSLContext, seen: list[str]) -> None:
    raw, _ = listener.accept()
    raw.settimeout(10)
    with raw:
        try:
            with context.wrap_socket(raw, server_side=True) as connection:
                subject = connection.getpeercert()["subject"]
                seen += [value for rdn in subject for key, value in rdn if key == "commonName"]
                connection.sendall(b"ok")
        except OSError:
            return


@pytest.mark.parametrize("name", NAMES)
def test_client_and_server_trust_each_other_by_every_san(pki, name):
    assert handshake(pki.server(), pki.client(), name) == ["kubernetes-admin"]


def test_a_name_that_is_no_san_is_refused(pki):
    with pytest.raises(ssl.SSLCertVerificationError, match="mismatch"):
        handshake(pki.server(), pki.client(), "10.0.0.2")


def test_a_client_certificate_is_no_server(pki):
    disguised = dataclasses.replace(SERVER, usages=frozenset({Usage.CLIENT}))
    with pytest.raises(ssl.SSLCertVerificationError, match="purpose"):
        handshake(pki.server(disguised), pki.client(), NAMES[0])


def test_a_server_certificate_is_no_client(pki):
    disguised = dataclasses.replace(ADMIN, usages=frozenset({Usage.SERVER}))
    assert_refused_by_server(pki, pki.client(disguised))


def test_a_client_of_another_ca_of_the_same_name_is_refused(pki):
    assert_refused_by_server(pki, pki.client(signer=pki.make_ca()))


def assert_refused_by_server(pki, client):
    with pytest.raises((ssl.SSLError, ConnectionError)):
        handshake(pki.server(), client, NAMES[0])


def test_a_server_of_another_ca_of_the_same_name_is_refused(pki):
    with pytest.raises(ssl.SSLCertVerificationError):
        handshake(pki.server(signer=pki.make_ca()), pki.client(), NAMES[0])
