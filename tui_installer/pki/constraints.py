"""Name constraints of a CA (RFC 5280, section 4.2.1.10), checked against names to be signed."""

from __future__ import annotations

from functools import partial
from ipaddress import ip_address
from typing import TYPE_CHECKING

from cryptography import x509

from tui_installer.model.certificates import SanKind
from tui_installer.pki import names

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from tui_installer.model.certificates import CertProfile, San


def of(cert: x509.Certificate) -> x509.NameConstraints | None:
    try:
        return cert.extensions.get_extension_for_class(x509.NameConstraints).value
    except x509.ExtensionNotFound:
        return None


def refused(found: x509.NameConstraints, profile: CertProfile) -> Iterator[str]:
    """Why the constraints do not allow a certificate's names, a clause for each name."""
    permitted, excluded = found.permitted_subtrees or (), found.excluded_subtrees or ()
    for san in profile.sans:
        if why := _why(permitted, excluded, _kind(san), partial(_covers, san)):
            yield f"{san} {why}"
    subject = names.subject(profile.common_name, profile.organizations)
    if why := _why(permitted, excluded, x509.DirectoryName, partial(_above, subject)):
        yield f"the subject {names.name_text(subject)} {why}"


def _kind(san: San) -> type[x509.GeneralName]:
    return x509.IPAddress if san.kind is SanKind.IP else x509.DNSName


def _why(
    permitted: Sequence[x509.GeneralName],
    excluded: Sequence[x509.GeneralName],
    kind: type[x509.GeneralName],
    covers: Callable[[x509.GeneralName], bool],
) -> str:
    for tree in excluded:
        if isinstance(tree, kind) and covers(tree):
            return f"is excluded by {_shown(tree)}"
    allowed = [tree for tree in permitted if isinstance(tree, kind)]
    if allowed and not any(covers(tree) for tree in allowed):
        return f"is not within {', '.join(map(_shown, allowed))}"
    return ""


def _covers(san: San, tree: x509.GeneralName) -> bool:
    if isinstance(tree, x509.IPAddress):
        address = ip_address(san.value)
        return address.version == tree.value.version and address in tree.value  # type: ignore[operator]
    if not isinstance(tree, x509.DNSName):
        return False
    base, name = tree.value.lower(), san.value.lower().removeprefix("*.")
    if base.startswith("."):
        return name.endswith(base)
    return not base or name == base or name.endswith(f".{base}")


def _above(subject: x509.Name, tree: x509.GeneralName) -> bool:
    if not isinstance(tree, x509.DirectoryName):
        return False
    base = tree.value.rdns
    return subject.rdns[: len(base)] == base


def _shown(tree: x509.GeneralName) -> str:
    return names.san_text(tree)
