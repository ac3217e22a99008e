"""The cluster's keys, certificates and tokens: loads them and makes what is missing."""

from __future__ import annotations

import contextlib
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from tui_installer.engine.cluster import local_files, lost_keys, own_ca, stored
from tui_installer.engine.cluster.stored import BootstrapSecret
from tui_installer.errors import InstallerError
from tui_installer.kubernetes.encryption import FIRST_NAME, EncryptionKey
from tui_installer.pki import chain, encrypted, tokens
from tui_installer.pki.check import ca_identity, ca_reason, key_reason, reissue_reason
from tui_installer.pki.issue import Issued, issue_ca, issue_leaf
from tui_installer.pki.keys import KeyPair, make_keypair
from tui_installer.pki.returned import same

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tui_installer.model.certificates import CertProfile
    from tui_installer.model.secret import Secret
    from tui_installer.model.spec import Spec
    from tui_installer.store.session_folder import SessionFolder

RENEW_BEFORE = 30 * 86400
"""Seconds. A run renews a leaf with less time left, or less than a third of its lifetime."""
CLIENTS_ONLY = ("front-proxy-ca", "etcd-ca")
"""CAs whose certificate on the hosts decides which clients are accepted."""


@dataclass(slots=True)
class Authority:
    """issued: profile name → certificate and key. missing: profile name → why it must be issued.

    local: path → content of the operator's own files: those of an external etcd, an audit policy.
    lost: CAs whose keys are lost; in `issued` those keys are empty.
    own: CAs of the user, by name or PARENT; a key that is not on this machine is empty.
    requesting, now: as for `load`.
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
    own: dict[str, Issued] = field(default_factory=dict)
    requesting: bool = False
    now: float = 0

    @classmethod
    def load(
        cls,
        spec: Spec,
        folder: SessionFolder,
        now: float,
        *,
        new_token: bool = False,
        requesting: bool = False,
    ) -> Authority:
        """Reads the session folder; writes nothing. Raises InstallerError for unusable files.

        new_token: ignores the existing bootstrap token, so that another is made.
        requesting: certificates that the user must have signed may be missing, and count as
        missing while there is time to renew them.
        """
        own = own_ca.load(spec, int(now))
        lost = folder.lost_keys() - own.keys()
        self = cls(spec, folder, lost=lost, own=own, requesting=requesting, now=now)
        for profile in lost_keys.profiles(spec, self.lost):
            self._load_cert(profile, int(now))
        lost_keys.refuse(self.missing, spec, self.lost)
        if not requesting:
            own_ca.refuse(self.missing, spec, own)
        self.local = local_files.read(spec)
        self.service_account = stored.service_account(folder)
        self.encryption_keys = stored.encryption_keys(folder)
        self.csv_token = stored.csv_token(folder)
        if not new_token:
            self.bootstrap = stored.bootstrap(folder)
        return self

    def _load_cert(self, profile: CertProfile, now: int) -> None:
        if profile.name in self.own:
            self._load_own(profile)
            return
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
            self._reason(profile, issued, self._signer(profile, name, issued), now)
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
        above = self.own.get(profile.signer)
        if why := ca_reason(profile, issued.cert, now, above.cert if above else None):
            raise self._unusable(profile, why)
        self.issued[profile.name] = issued

    def _load_own(self, profile: CertProfile) -> None:
        """Loads a CA of the user. The session keeps its certificate, as the hosts have it."""
        own, stored_cert = self.own[profile.name], self.folder.read_pki(f"{profile.name}.pem")
        if stored_cert is None:
            self.missing[profile.name] = "taken over from your file"
        elif not same(stored_cert, own.cert):
            raise self._unusable(profile, "it is another CA than that of the answers")
        self.issued[profile.name] = Issued(stored_cert or own.cert, own.key)

    def _signer(self, profile: CertProfile, name: str, issued: Issued) -> Issued | None:
        """The CA that signs a profile, as far as it is known; a root CA signs itself."""
        return issued if profile.name == name else self.own.get(name) or self.issued.get(name)

    def locked(self) -> tuple[str, ...]:
        """The CAs that must sign something and whose keys need the passphrase first."""
        known = {profile.name: profile for profile in lost_keys.profiles(self.spec, self.lost)}
        wanted = self.missing.keys() - self.own.keys()
        signers = {lost_keys.signers(known[name], self.lost)[-1] for name in wanted}
        found = {**self.issued, **self.own}
        return tuple(
            name
            for name, issued in found.items()
            if name in signers and encrypted.is_encrypted(issued.key)
        )

    def key_file(self, name: str) -> Path:
        """The file that a locked key's passphrase belongs to: the user's, or the session's keys."""
        files = {one.name: Path(one.own.key) for one in own_ca.given(self.spec)}
        return files.get(name, self.folder.pki)

    def unlock(self, passphrase: Secret) -> None:
        """Decrypts keys of `locked` that have this passphrase, in memory only. Blocking.

        Raises ValueError if the first one has another.
        """
        first, *others = self.locked()
        self._open(first, passphrase)
        for name in others:
            with contextlib.suppress(ValueError):
                self._open(name, passphrase)

    def _open(self, name: str, passphrase: Secret) -> None:
        keys = self.own if name in self.own else self.issued
        issued = keys[name]
        key = encrypted.decrypt(issued.key, passphrase)
        if why := key_reason(issued.cert, key):
            raise ValueError(why)
        keys[name] = Issued(issued.cert, key)

    def _load_lost(self, profile: CertProfile, now: int) -> None:
        try:
            above = self.own.get(profile.signer)
            self.issued[profile.name] = lost_keys.load_ca(
                profile, self.folder, now, above.cert if above else None
            )
        except ValueError as error:
            raise self._unusable(profile, str(error)) from None

    def _reason(
        self, profile: CertProfile, issued: Issued, signer: Issued | None, now: int
    ) -> str | None:
        if signer is None:
            return "its CA is new"
        last = lost_keys.signers(profile, self.lost)[-1]
        elsewhere = own_ca.kept_elsewhere(self.own, last)
        settled = profile.is_ca or last in self.lost or (elsewhere and not self.requesting)
        try:
            return reissue_reason(
                profile,
                issued,
                signer.cert,
                key_type=self.spec.certificates.key_type,
                now=now,
                renew_before=0 if settled else self.renew_before(),
                signed_here=not elsewhere,
            )
        except ValueError as error:
            return str(error)

    def renew_before(self) -> int:
        """Seconds before its end at which a leaf is renewed."""
        return min(RENEW_BEFORE, self.spec.certificates.leaf_lifetime // 3)

    @staticmethod
    def _only_key_type(why: str) -> bool:
        # A CA keeps its key type when the answers ask for another; new leaves get the new type.
        return why.startswith("key type")

    def _refuse_half(self, profile: CertProfile) -> None:
        cert = self.folder.read_pki(f"{profile.name}.pem") if profile.is_ca else None
        if cert is None:
            return
        why = f"its key {self.folder.key_path(profile.name)} is missing"
        raise self._unusable(profile, ca_identity(profile, cert) or why)

    def _unusable(self, profile: CertProfile, why: str) -> InstallerError:
        file = self.folder.cert_path(profile.name)
        hint = (
            "a CA is never replaced by a run; restore its files from a backup, or choose "
            "another cluster.name for a new cluster"
        )
        if own_ca.is_other(why):
            hint = own_ca.hint(self.spec, profile, file)
        return InstallerError(
            f"the CA {profile.name} in the session folder cannot be used: {why}",
            details=(f"file: {file}",),
            hint=hint,
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
        if own := self.own.get(profile.name):
            self.folder.write_public(f"{profile.name}.pem", own.cert)
            del self.missing[profile.name]
            return
        if profile.is_ca:
            issued = issue_ca(
                profile,
                key_type=settings.key_type,
                lifetime=settings.ca_lifetime,
                now=now,
                signer=self.own.get(profile.signer),
            )
        else:
            last = lost_keys.signers(profile, self.lost)[-1]
            issued = issue_leaf(
                profile,
                self.own.get(last) or self.issued[last],
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
        """The certificate, a server's with its chain; of a CA, what its clients must trust.

        For the API, that is the CA with its chain up to the root: some TLS libraries accept no
        less. The other CAs authenticate clients, too: of them, nothing above is trusted.
        """
        issued = self.issued.get(name)
        if issued is None:
            return None
        return chain.first(issued.cert) if name in CLIENTS_ONLY else issued.cert

    def key(self, name: str) -> Secret | None:
        issued = self.issued.get(name)
        return issued.key if issued else None

    def bundle(self, *names: str) -> bytes | None:
        """The certificates without their chains, None while one of them is not made yet.

        Who trusts them accepts clients of these CAs, not of the CAs above.
        """
        found = [self.issued.get(name) for name in names]
        certs = [chain.first(issued.cert) for issued in found if issued is not None]
        return b"".join(certs) if len(certs) == len(names) else None
