"""What a host asks during a login: passwords and second factors."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from tui_installer.remote.clean import clean
from tui_installer.remote.identities import Identity
from tui_installer.remote.recent_logins import REST, digest, resting

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from tui_installer.model.secret import Secret
    from tui_installer.remote.credentials import Asker, Credentials
    from tui_installer.remote.deadline import Deadline

PASSWORD, INTERACTIVE = "password", "keyboard-interactive"
NOBODY = "not tried: no password is given, and nobody is there to be asked"
ACCEPTED, REFUSED = "accepted", "refused by the host"
_EXPIRED = "the password has expired: change it there first, with ssh"
LONGEST = 200
"""Characters shown of a prompt."""
ROUNDS, PROMPTS = 10, 5
"""What a host may ask in one login, and at once: no PAM stack asks more."""

_PASSWORD = re.compile(
    r"pass(word|wort)|mot de passe|contraseñ|senha|wachtwoord|hasło|heslo|lösenord|salasana|"
    r"adgangskode|пароль|密码|密碼|パスワード|암호",
    re.IGNORECASE,
)
_FACTOR = re.compile(r"one[- ]?time|otp|code|token|\bpin\b|verif|einmal|duo", re.IGNORECASE)
_CHANGE = re.compile(r"\b(new|retype|neues) (\w+ )?pass", re.IGNORECASE)


class Prompts:
    """The questions of one login, and their answers.

    tried: each method, with its result. unanswered: the first prompt that nobody was there to
    answer. A password is remembered for the user's other hosts; any other answer is asked for again
    by each login. lately: as `RecentLogins.refused`.
    refused_file: what stands for a password's file whose password was refused, '' otherwise.
    """

    def __init__(
        self,
        asker: Asker,
        credentials: Credentials,
        deadline: Deadline,
        lately: Mapping[str, float],
    ) -> None:
        self._asker, self._lately = asker, lately
        self._credentials, self._deadline = credentials, deadline
        self._rounds = 0
        self._answered = False
        self._current: Identity | None = None
        self._sent: Secret | None = None
        self._refused = False
        self.tried: list[Identity] = []
        self.unanswered = ""
        self.refused_file = b""

    async def password(self) -> str | None:
        """The password to send for the method of that name; None to go on to the next method."""
        if any(one.result == NOBODY for one in self.tried) or not self._start(PASSWORD):
            return None
        given = await self._password()
        self._answered = given is not None
        return _text(given) if given else None

    def interactive(self, *, curious: bool) -> str | None:
        """'' to start the method keyboard-interactive, None to go on to the next one.

        curious: start it even if nobody can answer, to learn what the host asks.
        """
        if not self._start(INTERACTIVE) or not self._current:
            return None
        if curious or self._credentials.has_password(self._asker):
            return ""
        self._current.label = f"{INTERACTIVE} or {PASSWORD}"
        self._give_up(NOBODY)
        return None

    async def answers(
        self, title: str, instructions: str, prompts: Sequence[tuple[str, bool]]
    ) -> list[str] | None:
        """The answers to one round of prompts; None to give up the method."""
        self._rounds += 1
        if self._rounds > ROUNDS or len(prompts) > PROMPTS:
            self._give_up("given up, the host does not stop asking")
            return None
        said = ". ".join(filter(None, (shown(title), shown(instructions))))
        given = []
        for prompt, _ in prompts:
            answer = await self._answer(shown(prompt), said)
            if answer is None:
                return None
            given.append(_text(answer))
        self._answered = bool(given)
        return given

    @property
    def answering(self) -> bool:
        """Whether the host has an answer that it has not judged yet."""
        return bool(self._current and self._answered)

    def expired(self) -> None:
        """The host wants the password changed."""
        self._give_up(_EXPIRED)

    def settle(self, result: str) -> Identity | None:
        """Write down how the method fared that is under way."""
        current, self._current = self._current, None
        if current and not current.result:
            current.result = result
        sent, self._sent = self._sent, None
        if sent and result == REFUSED:
            self._refused = True
            self.refused_file = _file(self._asker)
            self._credentials.forget_login(self._asker, sent)
        return current

    def _start(self, method: str) -> bool:
        """Each method once: who mistypes is not locked out by a second try of ours."""
        self.settle("given up")
        if any(one.label.startswith(method) and one.result != ACCEPTED for one in self.tried):
            return False
        self._current, self._answered = Identity(method, None), False
        self.tried.append(self._current)
        return True

    async def _answer(self, prompt: str, said: str) -> Secret | None:
        assert self._current is not None  # noqa: S101 - only a started method asks
        self._current.label = f"{INTERACTIVE} ({prompt.rstrip(' :')})" if prompt else INTERACTIVE
        if _CHANGE.search(prompt):
            self._give_up(_EXPIRED)
            return None
        if _PASSWORD.search(prompt) and not _FACTOR.search(prompt):
            return await self._password()
        who = f"{self._asker.ssh.user}, asked by {self._asker.name}"
        asked = f"{prompt.rstrip(' :') or 'Answer'} ({who}): "
        async with self._deadline.paused():
            given = await self._credentials.ask_each_time(f"{said}. {asked}" if said else asked)
        if given is None:
            self.unanswered = self.unanswered or prompt or "a prompt without text"
            self._give_up("no answer was given")
            return None
        return given

    async def _password(self) -> Secret | None:
        """The password, unless the host has refused it in this login."""
        if self._refused:
            self._give_up("not tried, the host refused the password already")
            return None
        if (age := self._lately.get(digest(_file(self._asker)), REST)) < REST:
            self._give_up(resting(age))
            return None
        async with self._deadline.paused():
            given = await self._credentials.login_password(self._asker)
        if given is None or not given.reveal():
            self.unanswered = self.unanswered or "Password:"
            self._give_up("no password was given")
            return None
        self._sent = given
        return given

    def _give_up(self, result: str) -> None:
        if self._current and not self._current.result:
            self._current.result = result


def shown(text: str) -> str:
    """A host's text as one short line that is safe to show."""
    line = " ".join(clean(text).split())
    return line if len(line) <= LONGEST else line[: LONGEST - 1] + "…"


def _file(asker: Asker) -> bytes:
    """What stands for a password's file until it is written again; nothing of what it holds."""
    file = asker.ssh.password.file
    try:
        return f"{file} {file.stat().st_mtime_ns}".encode() if file else b""
    except OSError:
        return b""


def _text(secret: Secret) -> str:
    return secret.reveal().decode("utf-8", "replace")
