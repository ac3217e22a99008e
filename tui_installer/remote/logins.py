"""Settles a login: answers over ssh_config(5) over defaults. Every connection starts here."""

from __future__ import annotations

import os
import pwd
import re
import socket
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from tui_installer.errors import InstallerError, UsageError
from tui_installer.model.answers import login_text
from tui_installer.model.check import parse
from tui_installer.model.spec import DEFAULT_PORT, SshSpec
from tui_installer.remote.host_keys import GLOBAL_FILES, USER_FILES
from tui_installer.remote.ssh_config import OFF, lookup

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tui_installer.model.spec import HostSpec
    from tui_installer.remote.ssh_config import Configured

_TOKEN = re.compile(r"%(.)")
_VARIABLE = re.compile(r"\$\{([^}]*)\}")
_HARMLESS = re.compile(r"[A-Za-z0-9._:@%+=,/-]*")
"""Values that a ProxyCommand may contain: a shell reads it."""
FIELDS = {
    "hostname": "address",
    "user": "user",
    "port": "port",
    "identityfile": "identity_files",
    "identitiesonly": "identities_only",
    "certificatefile": "certificate_files",
    "identityagent": "identity_agent",
    "proxyjump": "jump",
    "proxycommand": "proxy_command",
    "hostkeyalias": "host_key_alias",
    "userknownhostsfile": "known_hosts",
    "globalknownhostsfile": "known_hosts",
    "connecttimeout": "connect_timeout",
}
"""Options of ssh_config(5) → fields of SshSpec."""


async def settled(host: HostSpec, environ: Mapping[str, str] | None = None) -> HostSpec:
    """The host with a settled login, jump hosts included; a settled one is returned as it is.

    environ: for ``${NAME}`` in the configuration. Raises UsageError if it has a mistake.
    """
    if not host.ssh.config:
        return host
    try:
        login = await _settled(host.ssh, os.environ if environ is None else environ, ())
    except InstallerError as error:
        error.host = host.name
        raise
    return replace(host, ssh=login)


async def _settled(ssh: SshSpec, environ: Mapping[str, str], through: tuple[str, ...]) -> SshSpec:
    """through: the names of the machines behind this one."""
    if not ssh.config:
        return ssh
    if ssh.address in through:
        chain = " → ".join((*through, ssh.address))
        raise UsageError(
            f"the jump hosts go in a circle: {chain}",
            hint=f"correct ProxyJump in ssh_config or `jump:` in the answers; {OFF}",
        )
    reading = _Reading(ssh, await _configured(ssh, environ), environ)
    jump = reading.jump()
    if jump is not None:
        jump = await _settled(jump, environ, (*through, ssh.address))
    return replace(reading.login(), jump=jump)


async def _configured(ssh: SshSpec, environ: Mapping[str, str]) -> Configured:
    """If no user is configured, Match and tokens must see the default one, which is not ssh's."""
    port = ssh.port if "port" in ssh.given else 0
    given = "user" in ssh.given
    found = await lookup(ssh.address, ssh.user if given else "", port, environ)
    if given or found.user:
        return found
    return await lookup(ssh.address, ssh.user, port, environ)


@dataclass(frozen=True, slots=True)
class _Reading:
    """One login and what the configuration says of it."""

    ssh: SshSpec
    found: Configured
    environ: Mapping[str, str]

    def login(self) -> SshSpec:
        """The login without its jump host."""
        ssh, found = self.ssh, self.found
        keys = self._paths("identityfile")
        return replace(
            ssh,
            address=_address(found.hostname),
            port=self.port,
            user=self.user,
            identity_files=self._identity_files(keys),
            use_agent=self._use_agent(),
            identities_only=found.value("identitiesonly") == "yes",
            certificate_files=self._paths("certificatefile"),
            identity_agent=self._agent(),
            proxy_command=self._proxy_command(),
            host_key_alias=found.value("hostkeyalias"),
            known_hosts=self._known_hosts(),
            connect_timeout=int(found.value("connecttimeout") or 0),
            config=False,
            jump=None,
            origins=self._origins(),
        )

    def jump(self) -> SshSpec | None:
        """The jump host, not settled yet: of the answers, else of ProxyJump."""
        if "jump" in self.ssh.given:
            return self.ssh.jump
        jump: SshSpec | None = None
        for text in self.found.jumps:
            jump = self._hop(self._expanded(text), jump)
        return jump

    def _hop(self, text: str, before: SshSpec | None) -> SshSpec:
        """A hop of ProxyJump. As for ssh, its user is the local one unless something names another.

        before: the hop on the way to it; the first one may have a ProxyJump of its own.
        """
        said = login_text.read(text)
        values = {"user": said.user, "port": said.port, "jump": before}
        given = frozenset(name for name, value in values.items() if value)
        place = self.found.origins["proxyjump"]
        return SshSpec(
            address=said.address,
            port=int(said.port or DEFAULT_PORT),
            user=said.user or _local_user(),
            identity_files=(),
            use_agent=self.ssh.use_agent,
            passphrase=self.ssh.passphrase,
            fingerprint="",
            jump=before,
            config=True,
            given=given,
            origins=tuple((name, place) for name in sorted(given)),
        )

    @property
    def user(self) -> str:
        return self.ssh.user if "user" in self.ssh.given else self.found.user or self.ssh.user

    @property
    def port(self) -> int:
        return self.ssh.port if "port" in self.ssh.given else self.found.port or self.ssh.port

    def _identity_files(self, configured: tuple[Path, ...]) -> tuple[Path, ...]:
        """Those of the answers, else the configured ones, then those that a jump host shares."""
        if "identity_files" in self.ssh.given:
            return self.ssh.identity_files
        return tuple(dict.fromkeys((*configured, *self.ssh.identity_files)))

    def _use_agent(self) -> bool:
        off = self.found.values.get("identityagent") == ("none",)
        return self.ssh.use_agent and not (off and "use_agent" not in self.ssh.given)

    def _agent(self) -> str:
        text = self.found.value("identityagent")
        if text in {"", "SSH_AUTH_SOCK"}:
            return ""
        if text.startswith("$") and not text.startswith("${"):
            return self.environ.get(text[1:], "")
        return str(self._path(text))

    def _proxy_command(self) -> str:
        """Raises UsageError for a value that the shell would read as more than a word."""
        text = self.found.value("proxycommand")
        if "jump" in self.ssh.given or not text:
            return ""
        for value in (self.found.hostname, self.user):
            if not _HARMLESS.fullmatch(value):
                raise UsageError(
                    f"ProxyCommand cannot be given {parse.shown(value)}: a shell would read it",
                    hint=f"correct HostName or User in ssh_config; {OFF}",
                )
        return _TOKEN.sub(self._token, text)

    def _known_hosts(self) -> tuple[Path, ...] | None:
        said = self.found.values
        if not {"userknownhostsfile", "globalknownhostsfile"} & set(said):
            return None
        own = self._words("userknownhostsfile", USER_FILES)
        return (*own, *self._words("globalknownhostsfile", GLOBAL_FILES))

    def _words(self, keyword: str, usual: tuple[Path, ...]) -> tuple[Path, ...]:
        """Paths of one line. OpenSSH prints them without quotes: a file may have spaces."""
        if keyword not in self.found.values:
            return tuple(path.expanduser() for path in usual)
        words = [word for text in self.found.values[keyword] for word in text.split(" ")]
        paths: list[Path] = []
        while words:
            ends = [
                end
                for end in range(len(words), 1, -1)
                if self._path(" ".join(words[:end])).is_file()
            ]
            end = ends[0] if ends else 1
            paths.append(self._path(" ".join(words[:end])))
            del words[:end]
        return tuple(path for path in paths if path.name.lower() != "none")

    def _paths(self, keyword: str) -> tuple[Path, ...]:
        texts = self.found.values.get(keyword, ())
        return tuple(self._path(text) for text in texts if text.lower() != "none")

    def _path(self, text: str) -> Path:
        home = Path.home()
        path = self._expanded(text)
        return home / path[2:] if path.startswith("~/") else Path(path).expanduser()

    def _expanded(self, text: str) -> str:
        """Tokens (ssh_config(5), TOKENS) and variables; unknown ones stay as they are."""
        text = _TOKEN.sub(self._token, text)
        return _VARIABLE.sub(lambda found: self.environ.get(found[1], found[0]), text)

    def _token(self, found: re.Match[str]) -> str:
        machine = socket.gethostname()
        values = {
            "%": "%",
            "d": str(Path.home()),
            "h": self.found.hostname,
            "i": str(os.getuid()),
            "j": self.found.value("proxyjump"),
            "k": self.found.value("hostkeyalias") or self.ssh.address,
            "L": machine.partition(".")[0],
            "l": machine,
            "n": self.ssh.address,
            "p": str(self.port),
            "r": self.user,
            "u": _local_user(),
        }
        return values.get(found[1], found[0])

    def _origins(self) -> tuple[tuple[str, str], ...]:
        """Of the fields that the configuration decides."""
        places = {FIELDS[keyword]: place for keyword, place in self.found.origins.items()}
        if "jump" in self.ssh.given:
            places.pop("proxy_command", None)
        own = tuple((name, place) for name, place in places.items() if name not in self.ssh.given)
        return (*self.ssh.origins, *own)


def _local_user() -> str:
    return pwd.getpwuid(os.getuid()).pw_name


def _address(text: str) -> str:
    """In canonical form; OpenSSH allows names that DNS does not, and the resolver decides."""
    try:
        return parse.host_or_ip(text)
    except ValueError:
        return text.lower()
