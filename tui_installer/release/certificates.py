"""Makes the TLS trust of downloads: the system's CAs, those of the environment, a source's own.

SSL_CERT_FILE and SSL_CERT_DIR are OpenSSL's and Go's variables, REQUESTS_CA_BUNDLE and
CURL_CA_BUNDLE those of requests and curl. An empty variable counts as unset, as there.
"""

from __future__ import annotations

import os
import re
import ssl
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import httpx

from tui_installer.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_FILE, _FOLDERS, _EITHER = "file", "folders", "file or folder"
VARIABLES = {
    "SSL_CERT_FILE": _FILE,
    "SSL_CERT_DIR": _FOLDERS,
    "REQUESTS_CA_BUNDLE": _EITHER,
    "CURL_CA_BUNDLE": _EITHER,
}
"""Variable → what its value names. SSL_CERT_DIR may list several folders, separated by colons."""
_MARKS = (b"-----BEGIN CERTIFICATE-----", b"-----BEGIN TRUSTED CERTIFICATE-----")
_HASHED = re.compile(r"[0-9a-f]{8}\.[0-9]+")
_SUFFIXES = (".pem", ".crt", ".cer")
_DER = b"\x30\x82"


@dataclass(frozen=True, slots=True)
class Named:
    """A file or folder of CAs. origin: what names it, such as a variable and its value."""

    path: Path
    origin: str

    def refused(self, why: str, hint: str) -> UsageError:
        return UsageError(f"{self.origin} {why}", hint=hint)


def of_environment(environ: Mapping[str, str] | None = None) -> list[Named]:
    """The files and folders that the variables name; reads them, but parses no certificate.

    Blocks. Raises UsageError for a variable that names no readable PEM certificates.
    """
    environ = os.environ if environ is None else environ
    found = []
    for variable, wants in VARIABLES.items():
        if value := environ.get(variable):
            found += list(_checked(variable, value, wants))
    return found


def trust(ca: str = "", answer: str = "") -> ssl.SSLContext:
    """The context of one source's connections. Blocks. Raises UsageError for unusable CAs.

    ca: a file of CAs that this source trusts besides; answer: the answer that names it.
    """
    named = of_environment()
    if named:
        context = ssl.create_default_context()
    else:
        context = httpx.create_ssl_context(trust_env=False)
        context.load_default_certs()
    # Python 3.13 sets it; curl, Go and earlier Pythons accept the company CAs that it refuses.
    context.verify_flags &= ~ssl.VERIFY_X509_STRICT
    if ca:
        named.append(_file(Named(Path(ca), f"{answer} is {ca}, which"), f"correct {answer}"))
        context.verify_flags |= ssl.VERIFY_X509_PARTIAL_CHAIN  # the CA may be an intermediate one
    for one in {each.path.resolve(): each for each in named}.values():
        _load(context, one)
    return context


def _checked(variable: str, value: str, wants: str) -> Iterator[Named]:
    hint = f"correct {variable}, or unset it: the system's own CAs are trusted without it"
    if wants == _FOLDERS:
        yield from _folders(variable, value, hint)
        return
    one = Named(Path(value), f"the variable {variable} is {value}, which")
    if one.path.is_dir():
        if wants == _FILE:
            raise one.refused("is a folder", f"set SSL_CERT_DIR for a folder; or {hint}")
        yield _folder(one, hint)
    else:
        yield _file(one, hint)


def _folders(variable: str, value: str, hint: str) -> Iterator[Named]:
    """As OpenSSL: folders of the list that do not exist are passed over, if another one does."""
    parts = [Path(part) for part in value.split(":") if part]
    there = [part for part in parts if part.is_dir()]
    origin = f"the variable {variable} is {value}, which"
    if not there:
        only = parts[0] if len(parts) == 1 else None
        is_file = only is not None and only.is_file()
        why = "is not a folder" if is_file else "does not exist"
        raise Named(Path(value), origin).refused(
            why, f"set SSL_CERT_FILE for a file; or {hint}" if is_file else hint
        )
    for part in there:
        yield _folder(Named(part, origin), hint)


def _folder(one: Named, hint: str) -> Named:
    try:
        names = [entry.name for entry in one.path.iterdir()]
    except OSError as error:
        raise one.refused(f"cannot be read: {error.strerror or error}", hint) from error
    if not any(_HASHED.fullmatch(name) or name.endswith(_SUFFIXES) for name in names):
        raise one.refused("has no certificate in it", hint)
    return one


def _file(one: Named, hint: str) -> Named:
    try:
        content = one.path.read_bytes()
    except OSError as error:
        why = {
            "FileNotFoundError": "does not exist",
            "IsADirectoryError": "is a folder, not a file",
        }.get(type(error).__name__, f"cannot be read: {error.strerror or error}")
        raise one.refused(why, hint) from error
    if not content.strip():
        raise one.refused("is an empty file", hint)
    if not any(mark in content for mark in _MARKS):
        if content.startswith(_DER):
            hint = f"convert it: openssl x509 -inform der -in {one.path} -out NEW.pem; or {hint}"
        raise one.refused("has no PEM certificate in it", hint)
    return one


def _load(context: ssl.SSLContext, one: Named) -> None:
    try:
        if not one.path.is_dir():
            context.load_verify_locations(cafile=one.path)
        elif any(_HASHED.fullmatch(entry.name) for entry in one.path.iterdir()):
            context.load_verify_locations(capath=one.path)
        else:  # never rehashed: Go reads every file of such a folder
            for file in sorted(one.path.iterdir()):
                if file.suffix in _SUFFIXES:
                    context.load_verify_locations(cafile=file)
    except (ssl.SSLError, OSError) as error:
        why = getattr(error, "reason", None) or getattr(error, "strerror", None) or str(error)
        raise one.refused(
            f"has a damaged certificate ({str(why).lower().replace('_', ' ')})",
            "replace the file: openssl x509 -in FILE -noout -text shows what is wrong",
        ) from error
