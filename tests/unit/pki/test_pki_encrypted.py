"""CA keys at rest: what is written opens with openssl and cryptography, and with nothing else."""

from __future__ import annotations

import shutil
import stat
import subprocess
from typing import TYPE_CHECKING

import kube_samples
import pytest

from tui_installer.actions.runs import ca_keys
from tui_installer.engine.cluster.authority import Authority
from tui_installer.errors import AuthenticationFailed, UsageError
from tui_installer.model.certificates import KeyType
from tui_installer.model.secret import Secret
from tui_installer.model.spec import SecretRef
from tui_installer.pki import encrypted
from tui_installer.pki.keys import make_keypair
from tui_installer.remote.credentials import Credentials
from tui_installer.store.session_folder import SessionFolder

if TYPE_CHECKING:
    from pathlib import Path

NOW = 1_800_000_000
RIGHT, WRONG = Secret("correct horse"), Secret("battery staple")
KINDS = (KeyType.ECDSA_P256, KeyType.ECDSA_P384, KeyType.RSA_2048)


@pytest.mark.parametrize("kind", KINDS)
def test_what_is_encrypted_comes_back_with_the_passphrase_alone(kind: KeyType) -> None:
    key = make_keypair(kind).private
    made = encrypted.encrypt(key, RIGHT)
    assert encrypted.is_encrypted(made)
    assert not encrypted.is_encrypted(key)
    assert encrypted.decrypt(made, RIGHT) == key
    with pytest.raises(ValueError, match="passphrase is wrong"):
        encrypted.decrypt(made, WRONG)


def test_openssl_opens_it_and_it_opens_what_openssl_wrote(tmp_path: Path) -> None:
    assert shutil.which("openssl"), "openssl is missing: scripts/host-packages installs it"
    key = make_keypair(KeyType.ECDSA_P256).private
    ours, plain, theirs, secret = (tmp_path / name for name in ("a", "b", "c", "secret"))
    ours.write_bytes(encrypted.encrypt(key, RIGHT).reveal())
    secret.write_bytes(RIGHT.reveal())
    plain.write_bytes(key.reveal())
    openssl("pkey", "-in", ours, "-passin", f"file:{secret}", "-check", "-noout")
    shown = openssl("asn1parse", "-in", ours)
    assert "PBES2" in shown
    assert "scrypt" in shown
    openssl(
        "pkcs8", "-topk8", "-scrypt", "-in", plain, "-out", theirs, "-passout", f"file:{secret}"
    )
    assert encrypted.decrypt(Secret(theirs.read_bytes()), RIGHT) == key


def openssl(*argv: object) -> str:
    done = subprocess.run(["openssl", *map(str, argv)], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.fixture
def session(tmp_path: Path) -> SessionFolder:
    """Of a cluster whose certificates are made; its root keys are encrypted."""
    made = SessionFolder(tmp_path / "c")
    Authority.load(kube_samples.spec(), made, NOW).make(NOW)
    files = ca_keys.encrypt(made, RIGHT)
    assert [file.name for file in files] == [f"{name}-key.pem" for name in ca_keys.CAS]
    return made


def credentials(*answers: Secret) -> Credentials:
    left = list(answers)

    async def ask(prompt: str) -> Secret | None:
        assert "assphrase" in prompt
        return left.pop(0) if left else None

    return Credentials(ask)


def test_nothing_of_a_plain_key_is_left(session: SessionFolder) -> None:
    for name in ca_keys.CAS:
        file = session.key_path(name)
        assert b"BEGIN ENCRYPTED PRIVATE KEY" in file.read_bytes()
        assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert b"BEGIN PRIVATE KEY" in session.key_path("signing-ca").read_bytes()
    with pytest.raises(UsageError):
        ca_keys.encrypt(session, RIGHT)


def test_encrypting_that_was_cut_goes_on_by_the_same_passphrase_alone(session) -> None:
    plain = make_keypair(KeyType.ECDSA_P256).private
    session.write_key("etcd-ca", plain)
    with pytest.raises(UsageError, match="another passphrase"):
        ca_keys.encrypt(session, WRONG)
    assert session.key_path("etcd-ca").read_bytes() == plain.reveal()
    assert ca_keys.encrypt(session, RIGHT) == (session.key_path("etcd-ca"),)


async def test_what_is_to_be_signed_asks_once_and_the_rest_does_not(session) -> None:
    spec = kube_samples.spec()
    whole = Authority.load(spec, session, NOW)
    assert whole.locked() == ()
    assert not list(whole.to_make())

    session.cert_path("admin").unlink()
    lacking = Authority.load(spec, session, NOW)
    assert lacking.locked() == ("ca",)
    await ca_keys.unlock(lacking, credentials(WRONG, RIGHT), SecretRef())
    assert lacking.make(NOW) == ("admin",)
    assert b"ENCRYPTED" in session.key_path("ca").read_bytes()
    assert not list(Authority.load(spec, session, NOW).to_make())


async def test_three_wrong_passphrases_end_it_with_3(session) -> None:
    session.cert_path("admin").unlink()
    lacking = Authority.load(kube_samples.spec(), session, NOW)
    with pytest.raises(AuthenticationFailed) as caught:
        await ca_keys.unlock(lacking, credentials(WRONG, WRONG, WRONG, RIGHT), SecretRef())
    assert caught.value.code == 3
    assert lacking.locked() == ("ca",)


async def test_decrypting_gives_back_the_same_keys(session: SessionFolder) -> None:
    before = {name: session.read_cert(name) for name in ca_keys.CAS}
    await ca_keys.decrypt(session, credentials(RIGHT), SecretRef())
    for name, found in before.items():
        assert found is not None
        now = session.read_cert(name)
        assert now is not None
        assert now == (found[0], encrypted.decrypt(found[1], RIGHT))
    with pytest.raises(UsageError):
        await ca_keys.decrypt(session, credentials(RIGHT), SecretRef())
