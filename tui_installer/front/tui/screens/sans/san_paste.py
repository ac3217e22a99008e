"""SANs from text that somebody has already: lists, openssl's output, the tutorial's JSON."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tui_installer.model.check import parse

if TYPE_CHECKING:
    from collections.abc import Mapping

MOST = 2000
"""Pieces that are read; a certificate with more breaks handshakes anyway."""
FORMS = (
    "One a line, or with commas or spaces between them. Taken as well: IP:… and DNS:…, the SAN "
    'line of openssl, the "hosts" list of k8s-cert.sh; text after # or // is left out.'
)

_COMMENT = re.compile(r"(^|\s)(#|//)[^\n]*|(?<=[\"',])\s*//[^\n]*")
_SEPARATOR = re.compile(r"[\s,;]+")
_NOISE = "\"'[]{}“”"
_WORDS = {"hosts", "hosts:", "-", "critical", "sans:", "x509v3", "subject", "alternative", "name:"}


@dataclass(frozen=True, slots=True)
class Piece:
    """value: as it goes into the answers, '' where it does not. why: what is wrong with it."""

    text: str
    kind: str = ""
    value: str = ""
    why: str = ""
    known: bool = False


def understand(text: str, known: Mapping[str, str]) -> list[Piece]:
    """Every piece of the text. known: ``IP:…`` or ``DNS:…`` → why it is there already."""
    there = dict(known)
    found: list[Piece] = []
    for piece in _pieces(text)[:MOST]:
        read = _read(piece, there)
        found.append(read)
        if read.value:
            there[f"{read.kind}:{read.value}"] = "it is above already"
    return found


def _pieces(text: str) -> list[str]:
    plain = _COMMENT.sub(" ", text).replace("IP Address:", "IP:")
    words = (_bare(word) for word in _SEPARATOR.split(plain))
    return [word for word in words if word and word.lower() not in _WORDS]


def _bare(word: str) -> str:
    """Without the quotes and brackets of lists; those of an IPv6 address go as well."""
    return word.strip(_NOISE).removesuffix('":').strip(_NOISE)


def _read(text: str, there: Mapping[str, str]) -> Piece:
    try:
        san = parse.san(text)
    except ValueError as error:
        return Piece(text, why=str(error))
    kind = san.kind.upper()
    if str(san) in there:
        return Piece(text, kind, why=f"there already: {there[str(san)]}", known=True)
    return Piece(text, kind, san.value)
