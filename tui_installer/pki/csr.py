"""Makes certificate signing requests, as a kubelet does with a bootstrap token."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from tui_installer.pki import keys, names

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tui_installer.model.certificates import KeyType, San
    from tui_installer.model.secret import Secret


def make_csr(
    common_name: str, organizations: Sequence[str], sans: Sequence[San], key_type: KeyType
) -> tuple[bytes, Secret]:
    """(PKCS#10 PEM, PKCS#8 PEM of its new key). Raises ValueError for a bad name."""
    builder = x509.CertificateSigningRequestBuilder(names.subject(common_name, organizations))
    if sans:
        general = [names.general_name(san) for san in sans]
        builder = builder.add_extension(x509.SubjectAlternativeName(general), critical=False)
    key = keys.make_key(key_type)
    request = builder.sign(key, keys.signature_hash(key))
    return request.public_bytes(Encoding.PEM), keys.key_pem(key)
