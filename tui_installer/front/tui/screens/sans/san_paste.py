"""Parses SANs from pasted text: lists, openssl's output, the tutorial's JSON."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tui_installer.model.check import parse

if TYPE_CHECKING:
    from collections.abc import Mapping

MOST = 2000
"""Pieces read at most; a certificate with more SANs breaks handshakes anyway."""
FORMS = (
    "One per line, or separated by commas or spaces. Also accepted: IP:… and DNS:…, the SAN "
    'line of openssl, the "hosts" list of k8s-cert.sh. Text after # or // is ignored.'
)

_COMMENT = re.compile(r"(^|\s)(#|//)[^\n]*|(?<=[\"',])\s*//[^\n]*")
_SEPARATOR = re.compile(r"[\s,;]+")
_NOISE = "\"'[]{}“”"
_WORDS = {"hosts", "hosts:", "-", "critical", "sans:", "x509v3", "subject", "alternative", "name:"}


@dataclass(frozen=True, slots=True)
class Piece:
    """value: the entry for the answers, '' if there is none. why: the reason if there is none."""

    text: str
    kind: str = ""
    value: str = ""
    why: str = ""
    known: bool = False


def understand(text: str, known: Mapping[str, str]) -> list[Piece]:
    """Returns every piece of the text. known: listed ``IP:…`` or ``DNS:…`` → its reason."""
    there = dict(known)
    found: list[Piece] = []
    for piece in _pieces(text)[:MOST]:
        read = _read(piece, there)
        found.append(read)
        if read.value:
            there[f"{read.kind}:{read.value}"] = "above"
    return found


def _pieces(text: str) -> list[str]:
    plain = _COMMENT.sub(" ", text).replace("IP Address:", "IP:")
    words = (_bare(word) for word in _SEPARATOR.split(plain))
    return [word for word in words if word and word.lower() not in _WORDS]


def _bare(word: str) -> str:
    """Strips the quotes and brackets of lists, and the brackets of an IPv6 address."""
    return word.strip(_NOISE).removesuffix('":').strip(_NOISE)


def _read(text: str, there: Mapping[str, str]) -> Piece:
    try:
        san = parse.san(text)
    except ValueError as error:
        return Piece(text, why=str(error))
    kind = san.kind.upper()
    if str(san) in there:
        return Piece(text, kind, why=f"already listed: {there[str(san)]}", known=True)
    return Piece(text, kind, san.value)
