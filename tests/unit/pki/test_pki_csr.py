from __future__ import annotations

import pytest
from pki_samples import SANS, openssl, write

from tui_installer.model.certificates import KeyType, San, SanKind
from tui_installer.pki.csr import make_csr

NODE = ("system:node:m1", ("system:nodes",))


@pytest.mark.parametrize("key_type", [KeyType.ECDSA_P256, KeyType.ECDSA_P384, KeyType.RSA_2048])
def test_openssl_verifies_the_request_and_reads_its_subject(tmp_path, key_type):
    pem, key = make_csr(*NODE, (), key_type)
    printed = openssl("req", "-noout", "-verify", "-subject", "-text", stdin=pem)
    assert "O = system:nodes, CN = system:node:m1" in printed.replace("O=", "O = ").replace(
        "CN=", "CN = "
    )
    assert "Subject Alternative Name" not in printed
    private = write(tmp_path, "k", key.reveal())
    assert openssl("pkey", "-in", private, "-pubout") == openssl(
        "req", "-noout", "-pubkey", stdin=pem
    )


def test_the_request_carries_its_sans_in_order():
    pem, _ = make_csr(*NODE, SANS[:1] + SANS[3:4], KeyType.ECDSA_P256)
    printed = openssl("req", "-noout", "-text", stdin=pem)
    assert "IP Address:10.0.0.1, DNS:kubernetes\n" in printed


def test_bad_names_are_refused():
    with pytest.raises(ValueError, match="common name"):
        make_csr("", (), (), KeyType.ECDSA_P256)
    with pytest.raises(ValueError, match="DNS name"):
        make_csr(*NODE, (San(SanKind.DNS, "a b"),), KeyType.ECDSA_P256)
