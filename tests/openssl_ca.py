"""Company CAs made by openssl, as users have them."""

from __future__ import annotations

import subprocess
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

CA = ("basicConstraints=critical,CA:TRUE", "keyUsage=critical,keyCertSign,cRLSign")
KEYS = {
    "ec": ("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256"),
    "p384": ("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-384"),
    "rsa": ("-newkey", "rsa:2048"),
    "rsa1024": ("-newkey", "rsa:1024"),
    "ed25519": ("-newkey", "ed25519"),
}
PASSPHRASE = "correct horse"


@dataclass(frozen=True)
class Pair:
    """cert, key: their files. chain: the certificates above, up to the root."""

    cert: Path
    key: Path
    chain: tuple[Path, ...] = ()

    @property
    def pem(self) -> bytes:
        """The certificate with its chain."""
        return b"".join(path.read_bytes() for path in (self.cert, *self.chain))

    def bundle(self) -> Path:
        """A file of it."""
        path = self.cert.with_suffix(".chain.pem")
        path.write_bytes(self.pem)
        return path


def openssl(*args: object, text: str = "") -> str:
    done = subprocess.run(
        ["openssl", *map(str, args)], input=text, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, f"openssl {args}: {done.stderr}"
    return done.stdout


def make(
    folder: Path,
    name: str,
    signer: Pair | None = None,
    *,
    key: str = "ec",
    extensions: tuple[str, ...] = CA,
    days: int = 3650,
    digest: str = "sha256",
    start: str = "",
    end: str = "",
) -> Pair:
    """A CA or leaf; self-signed without a signer. start, end: YYYYMMDDHHMMSSZ instead of days."""
    folder.mkdir(parents=True, exist_ok=True)
    cert, private = folder / f"{name}.pem", folder / f"{name}.key"
    csr, ext = folder / f"{name}.csr", folder / f"{name}.ext"
    subject = f"/O=Corp/CN={name}"
    openssl("req", "-new", "-nodes", *KEYS[key], "-keyout", private, "-out", csr, "-subj", subject)
    ext.write_text("\n".join((*extensions, "subjectKeyIdentifier=hash")) + "\n")
    by = ("-signkey", private) if signer is None else ("-CA", signer.cert, "-CAkey", signer.key)
    by = (*by, "-CAcreateserial") if signer is not None else by
    until = ("-days", days)
    if end:
        return _dated(folder, name, signer, (csr, ext, digest, start, end))
    openssl("x509", "-req", "-in", csr, *by, *until, f"-{digest}", "-extfile", ext, "-out", cert)
    above = () if signer is None else (signer.cert, *signer.chain)
    return Pair(cert, private, above)


def _dated(folder: Path, name: str, signer: Pair | None, what: tuple[object, ...]) -> Pair:
    """By `openssl ca`, which takes any dates."""
    csr, ext, digest, start, end = what
    private, cert = folder / f"{name}.key", folder / f"{name}.pem"
    config = _config(folder / f"{name}.ca")
    by = ("-selfsign", "-keyfile", private) if signer is None else (
        "-cert", signer.cert, "-keyfile", signer.key
    )  # fmt: skip
    openssl("ca", "-config", config, "-batch", "-in", csr, *by, "-out", cert, "-notext",
            "-startdate", start, "-enddate", end, "-md", digest, "-extfile", ext)  # fmt: skip
    above = () if signer is None else (signer.cert, *signer.chain)
    return Pair(cert, private, above)


def _config(folder: Path) -> Path:
    """Of `openssl ca`, which keeps the request's subject and extensions."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "index.txt").write_text("")
    (folder / "serial").write_text("01\n")
    config = folder / "ca.cnf"
    config.write_text(
        f"[ca]\ndefault_ca=one\n[one]\ndatabase={folder}/index.txt\nserial={folder}/serial\n"
        f"new_certs_dir={folder}\ndefault_md=sha256\ndefault_days=365\npolicy=any\n"
        "copy_extensions=copy\nunique_subject=no\nx509_extensions=none\n[none]\n[any]\n"
        "countryName=optional\norganizationName=optional\ncommonName=optional\n"
    )
    return config


def sign(signer: Pair, csr: Path, cert: Path, *, days: int = 365) -> None:
    """Signs a request with its own extensions, as the requests' README says."""
    openssl("x509", "-req", "-in", csr, "-CA", signer.cert, "-CAkey", signer.key, "-days", days,
            "-CAcreateserial", "-copy_extensions", "copyall", "-out", cert)  # fmt: skip


def sign_by_ca(signer: Pair, csr: Path, cert: Path, folder: Path) -> None:
    """Signs a request by `openssl ca`."""
    config = folder / "ca.cnf"
    if not config.exists():
        config = _config(folder)
    openssl("ca", "-config", config, "-batch", "-in", csr, "-cert", signer.cert, "-keyfile",
            signer.key, "-out", cert, "-notext", "-preserveDN")  # fmt: skip


def encrypted(pair: Pair, passphrase: str = PASSPHRASE) -> Path:
    """The key with a passphrase, PKCS#8."""
    path = pair.key.with_suffix(".enc.key")
    openssl("pkcs8", "-topk8", "-in", pair.key, "-out", path, "-passout", f"pass:{passphrase}")
    return path


def traditional(pair: Pair, passphrase: str = PASSPHRASE) -> Path:
    """The RSA key with a passphrase in openssl's old format."""
    path = pair.key.with_suffix(".old.key")
    openssl("rsa", "-aes256", "-traditional", "-in", pair.key, "-out", path, "-passout",
            f"pass:{passphrase}")  # fmt: skip
    return path
