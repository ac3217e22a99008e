"""The cluster's keys, certificates and tokens: loads them and makes what is missing."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from tui_installer.engine.cluster import local_files, lost_keys, stored
from tui_installer.engine.cluster.stored import BootstrapSecret
from tui_installer.errors import InstallerError
from tui_installer.kubernetes.encryption import FIRST_NAME, EncryptionKey
from tui_installer.pki import encrypted, tokens
from tui_installer.pki.check import ca_reason, key_reason, reissue_reason
from tui_installer.pki.issue import Issued, issue_ca, issue_leaf
from tui_installer.pki.keys import KeyPair, make_keypair

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tui_installer.model.certificates import CertProfile
    from tui_installer.model.secret import Secret
    from tui_installer.model.spec import Spec
    from tui_installer.store.session_folder import SessionFolder

RENEW_BEFORE = 30 * 86400
"""Seconds. A run renews a leaf with less time left, or less than a third of its lifetime."""


@dataclass(slots=True)
class Authority:
    """issued: profile name → certificate and key. missing: profile name → why it must be issued.

    local: path → content of the operator's own files: those of an external etcd, an audit policy.
    lost: CAs whose keys are lost; in `issued` those keys are empty.
    """

    spec: Spec
    folder: SessionFolder
    issued: dict[str, Issued] = field(default_factory=dict)
    missing: dict[str, str] = field(default_factory=dict)
    service_account: KeyPair | None = None
    encryption_keys: tuple[EncryptionKey, ...] = ()
    bootstrap: BootstrapSecret | None = None
    csv_token: Secret | None = None
    local: dict[str, Secret] = field(default_factory=dict)
    lost: frozenset[str] = frozenset()

    @classmethod
    def load(
        cls, spec: Spec, folder: SessionFolder, now: float, *, new_token: bool = False
    ) -> Authority:
        """Reads the session folder; writes nothing. Raises InstallerError for unusable files.

        new_token: ignores the existing bootstrap token, so that another is made.
        """
        self = cls(spec, folder, lost=folder.lost_keys())
        for profile in lost_keys.profiles(spec, self.lost):
            self._load_cert(profile, int(now))
        lost_keys.refuse(self.missing, spec, self.lost)
        self.local = local_files.read(spec)
        self.service_account = stored.service_account(folder)
        self.encryption_keys = stored.encryption_keys(folder)
        self.csv_token = stored.csv_token(folder)
        if not new_token:
            self.bootstrap = stored.bootstrap(folder)
        return self

    def _load_cert(self, profile: CertProfile, now: int) -> None:
        if profile.name in self.lost:
            self._load_lost(profile, now)
            return
        found = self.folder.read_cert(profile.name)
        if found is None:
            self._refuse_half(profile)
            self.missing[profile.name] = "not there yet"
            return
        issued = Issued(*found)
        if profile.is_ca and encrypted.is_encrypted(issued.key):
            self._load_locked(profile, issued, now)
            return
        reasons = [
            self._reason(profile, issued, issued if profile.is_ca else self.issued.get(name), now)
            for name in lost_keys.signers(profile, self.lost)
        ]
        why = None if None in reasons else reasons[0]
        if why is None:
            self.issued[profile.name] = issued
        elif profile.is_ca and not self._only_key_type(why):
            raise self._unusable(profile, why)
        elif profile.is_ca:
            self.issued[profile.name] = issued
        else:
            self.missing[profile.name] = why

    def _load_locked(self, profile: CertProfile, issued: Issued, now: int) -> None:
        """Loads a CA whose key is encrypted; `unlock` opens the key if something must be signed."""
        if why := ca_reason(profile, issued.cert, now):
            raise self._unusable(profile, why)
        self.issued[profile.name] = issued

    def locked(self) -> tuple[str, ...]:
        """The CAs that must sign something and whose keys need the passphrase first."""
        known = {profile.name: profile for profile in lost_keys.profiles(self.spec, self.lost)}
        signers = {lost_keys.signers(known[name], self.lost)[-1] for name in self.missing}
        return tuple(
            name
            for name, issued in self.issued.items()
            if name in signers and encrypted.is_encrypted(issued.key)
        )

    def unlock(self, passphrase: Secret) -> None:
        """Decrypts the keys of `locked`, in memory only. Blocking. Raises ValueError."""
        for name in self.locked():
            issued = self.issued[name]
            key = encrypted.decrypt(issued.key, passphrase)
            if why := key_reason(issued.cert, key):
                raise ValueError(why)
            self.issued[name] = Issued(issued.cert, key)

    def _load_lost(self, profile: CertProfile, now: int) -> None:
        try:
            self.issued[profile.name] = lost_keys.load_ca(profile, self.folder, now)
        except ValueError as error:
            raise self._unusable(profile, str(error)) from None

    def _reason(
        self, profile: CertProfile, issued: Issued, signer: Issued | None, now: int
    ) -> str | None:
        if signer is None:
            return "its CA is new"
        settled = profile.is_ca or lost_keys.signers(profile, self.lost)[-1] in self.lost
        try:
            return reissue_reason(
                profile,
                issued,
                signer.cert,
                key_type=self.spec.certificates.key_type,
                now=now,
                renew_before=0 if settled else self._renew_before(),
            )
        except ValueError as error:
            return str(error)

    def _renew_before(self) -> int:
        return min(RENEW_BEFORE, self.spec.certificates.leaf_lifetime // 3)

    @staticmethod
    def _only_key_type(why: str) -> bool:
        # A CA keeps its key type when the answers ask for another; new leaves get the new type.
        return why.startswith("key type")

    def _refuse_half(self, profile: CertProfile) -> None:
        paths = (self.folder.cert_path(profile.name), self.folder.key_path(profile.name))
        if profile.is_ca and paths[0].exists():
            raise self._unusable(profile, f"its key {paths[1]} is missing")

    def _unusable(self, profile: CertProfile, why: str) -> InstallerError:
        return InstallerError(
            f"the CA {profile.name} in the session folder cannot be used: {why}",
            details=(f"file: {self.folder.cert_path(profile.name)}",),
            hint="a CA is never replaced by a run; restore its files from a backup, or choose "
            "another cluster.name for a new cluster",
            step="certificates",
        )

    def to_make(self) -> Iterator[tuple[str, str]]:
        """(what, why) of everything a run will make, in order."""
        yield from self.missing.items()
        if self.service_account is None:
            yield "sa.key", "the service-account key pair is not there yet"
        if not self.encryption_keys:
            yield "encryption.key", "the key for Secrets at rest is not there yet"
        if self.spec.token.has_secret and self.bootstrap is None:
            yield "bootstrap.token", "not there yet"
        if self.spec.token.has_csv and self.csv_token is None:
            yield "csv.token", "not there yet"

    def make(self, now: float) -> tuple[str, ...]:
        """Makes and stores what is missing; blocking work, for a thread. Returns the names made."""
        made = tuple(name for name, _ in self.to_make())
        known = lost_keys.profiles(self.spec, self.lost)
        wanted = [p for p in known if p.name in self.missing]
        for profile in wanted:
            if profile.is_ca:
                self._issue(profile, int(now))
        # Generating RSA keys releases the GIL: threads halve the time on two cores.
        with ThreadPoolExecutor() as pool:
            list(pool.map(lambda p: self._issue(p, int(now)), (p for p in wanted if not p.is_ca)))
        self._make_keys(int(now))
        return made

    def _issue(self, profile: CertProfile, now: int) -> None:
        settings = self.spec.certificates
        if profile.is_ca:
            issued = issue_ca(
                profile, key_type=settings.key_type, lifetime=settings.ca_lifetime, now=now
            )
        else:
            issued = issue_leaf(
                profile,
                self.issued[lost_keys.signers(profile, self.lost)[-1]],
                key_type=settings.key_type,
                lifetime=settings.leaf_lifetime,
                now=now,
            )
        self.folder.write_cert(profile.name, issued.cert, issued.key)
        self.issued[profile.name] = issued
        del self.missing[profile.name]

    def _make_keys(self, now: int) -> None:
        if self.service_account is None:
            pair = make_keypair(self.spec.certificates.key_type)
            self.folder.write_secret("sa.key", pair.private)
            self.folder.write_public("sa.pub", pair.public)
            self.service_account = pair
        if not self.encryption_keys:
            self.keep_encryption_keys(EncryptionKey(FIRST_NAME, tokens.encryption_key()))
        if self.spec.token.has_csv and self.csv_token is None:
            self.csv_token = tokens.csv_token()
            self.folder.write_secret("csv.token", self.csv_token)
        if self.spec.token.has_secret and self.bootstrap is None:
            self.bootstrap = self._new_token(now)

    def keep_encryption_keys(self, *keys: EncryptionKey) -> None:
        """Stores the keys, the new one first, before anything can use them."""
        stored.write_encryption_keys(self.folder, keys)
        self.encryption_keys = keys

    def _new_token(self, now: int) -> BootstrapSecret:
        ttl = self.spec.token.ttl
        made = BootstrapSecret(tokens.bootstrap_token(), now + ttl if ttl else 0)
        stored.write_bootstrap(self.folder, made)
        return made

    def cert(self, name: str) -> bytes | None:
        issued = self.issued.get(name)
        return issued.cert if issued else None

    def key(self, name: str) -> Secret | None:
        issued = self.issued.get(name)
        return issued.key if issued else None

    def bundle(self, *names: str) -> bytes | None:
        """The certificates concatenated, None while one of them is not made yet."""
        certs = [self.cert(name) for name in names]
        return b"".join(c for c in certs if c) if all(certs) else None
