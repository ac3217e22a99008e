"""Finds secrets where they should not be: in every byte of files, in each form they could take."""

from __future__ import annotations

import base64
import contextlib
import re
import subprocess
import tempfile
import threading
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Self
from urllib.parse import quote_from_bytes

from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey
from cryptography.hazmat.primitives.serialization import load_pem_private_key

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

SHORTEST = 12
"""Bytes of a form: what is shorter could stand somewhere by chance."""
YOUNG = 400
"""Passes in which a process is read each time; an older one changes no more."""


@dataclass(frozen=True)
class Canary:
    """A secret by name. forms: any of them found in a file is a leak of it."""

    name: str
    forms: frozenset[bytes]

    def in_(self, data: bytes) -> bool:
        return any(form in data for form in self.forms)


def text(name: str, value: str | bytes) -> Canary:
    """A password or token."""
    return Canary(name, frozenset(_forms(value.encode() if isinstance(value, str) else value)))


def key(name: str, pem: bytes) -> Canary:
    """The secret number of an EC key, also as it stands in the lines of its PEM's body."""
    loaded = load_pem_private_key(pem, None)
    assert isinstance(loaded, EllipticCurvePrivateKey)
    numbers = loaded.private_numbers()
    secret = numbers.private_value.to_bytes(loaded.key_size // 8, "big")
    pieces = [*_pem_pieces(pem, secret)]
    again = (form for piece in pieces for form in _forms(piece))  # as a kubeconfig holds a PEM
    return Canary(name, frozenset([*_forms(secret), *pieces, *again]))


def _forms(value: bytes) -> Iterator[bytes]:
    found = {
        *re.findall(rb"[A-Za-z0-9]+", value),  # whatever quotes the rest
        *value.split(b"\n"),
        quote_from_bytes(value, safe="").encode(),
        *(part.hex().encode() for part in (value[:16], value[-16:])),
        *(part.hex().upper().encode() for part in (value[:16], value[-16:])),
        *(part for shift in range(3) for part in _base64(value, shift)),
    }
    return (form for form in found if len(form) >= SHORTEST)


def _base64(value: bytes, shift: int) -> Iterator[bytes]:
    """Both ends of it, as it stands so many bytes after a border of base64's groups of three."""
    begin, end = -(-8 * shift // 6), 8 * (shift + len(value)) // 6
    whole = base64.b64encode(b"\0" * shift + value)[begin:end]
    for part in (whole[:20], whole[-20:]):
        yield part
        yield part.translate(bytes.maketrans(b"+/", b"-_"))


def _pem_pieces(pem: bytes, secret: bytes) -> Iterator[bytes]:
    lines = [line for line in pem.split() if re.fullmatch(rb"[A-Za-z0-9+/=]{20,}", line)]
    where = base64.b64decode(b"".join(lines)).index(secret)
    begin, end = -(-8 * where // 6), 8 * (where + len(secret)) // 6
    for line in lines:
        piece = line[max(begin, 0) : max(end, 0)]
        if len(piece) >= SHORTEST:
            yield piece
        begin, end = begin - len(line), end - len(line)


def search(places: Iterable[Path | str], canaries: Iterable[Canary]) -> list[tuple[str, str]]:
    """(file, canary) of all that is found below the places; grep reads, devices left out."""
    known = list(canaries)
    with tempfile.NamedTemporaryFile() as forms:  # in no argument list
        forms.write(b"\n".join(form for one in known for form in one.forms))
        forms.flush()
        # -s: what vanishes meanwhile is not there to be found.
        argv = ["grep", "-rlasF", "-D", "skip", "--null", "-f", forms.name]
        own = [f"--exclude={Path(forms.name).name}", "--", *map(str, places)]
        done = subprocess.run([*argv, *own], capture_output=True, env={"LC_ALL": "C"}, check=False)
    files = [name.decode() for name in done.stdout.split(b"\0") if name]
    return sorted(
        (file, one.name) for file in files for one in known if one.in_(Path(file).read_bytes())
    )


class Processes:
    """Argument lists and environments of every process of this machine, its lab hosts' too.

    seen: an argument list, the environment, and the argument list again, as it may have become
    another program meanwhile.
    """

    def __init__(self) -> None:
        self.seen: set[bytes] = set()
        self.passes = 0
        self._age: dict[str, int] = {}
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._watch)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join()

    def _watch(self) -> None:
        while not self._over.wait(0.005):
            here = {path.name for path in Path("/proc").iterdir() if path.name.isdigit()}
            self._age = {pid: self._age.get(pid, 0) + 1 for pid in here}
            for pid, age in self._age.items():
                if age < YOUNG or age % YOUNG == 0:
                    self._read(pid)
            self.passes += 1

    def _read(self, pid: str) -> None:
        with contextlib.suppress(OSError):
            names = ("cmdline", "environ", "cmdline")
            self.seen.add(b"\n".join(Path(f"/proc/{pid}/{name}").read_bytes() for name in names))
