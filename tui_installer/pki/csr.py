"""Makes certificate signing requests, as a kubelet does with a bootstrap token."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from tui_installer.pki import keys, load, names
from tui_installer.pki.issue import requested

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tui_installer.model.certificates import CertProfile, KeyType, San
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


def request(profile: CertProfile, key: Secret) -> bytes:
    """The PKCS#10 PEM of a profile and an existing key. Raises ValueError."""
    private = load.private_key(key, quick=True)
    subject = names.subject(profile.common_name, profile.organizations)
    builder = x509.CertificateSigningRequestBuilder(subject)
    for group in requested(profile):
        for value, critical in group:
            builder = builder.add_extension(value, critical=critical)
    made = builder.sign(private, keys.signature_hash(private))
    return made.public_bytes(Encoding.PEM)


def asks_for(csr: bytes, profile: CertProfile, key: Secret) -> bool:
    """Whether a request that was made earlier still asks for this profile, with this key."""
    try:
        found = x509.load_pem_x509_csr(csr)
        wanted = x509.load_pem_x509_csr(request(profile, key))
    except (ValueError, TypeError):
        return False
    return (
        found.subject == wanted.subject
        and found.public_key() == wanted.public_key()
        and list(found.extensions) == list(wanted.extensions)
    )
