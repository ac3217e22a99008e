"""Reads what comes before a script: the login shell's noise, prompts, refusals, our own lines."""

from __future__ import annotations

import re

from tui_installer.remote.become import MISSING, NEVER, NO_PIPES, ROOT, TERMINAL, UID
from tui_installer.remote.clean import clean

NOISE_LIMIT = 16 * 1024
_WHOLE = (*sorted(ROOT, key=len, reverse=True), NEVER, NO_PIPES)
_DETAILED = (MISSING, TERMINAL, UID)
_KEEP = 256
"""Bytes that may be the start of a line of ours."""
# sudo's own prompt in any language, and sudo-rs': "[sudo] password for ann: ".
_OWN_PROMPT = re.compile(r"\[sudo[^\]\n]*\] ?[^\n]*[::]\s?$")
_WORD_FOR_PASSWORD = re.compile(
    r"pass(?:word|wor[dt]|phrase|code for)|passwort|kennwort|mot de passe|contrase|senha|hasło|"
    r"wachtwoord|heslo|пароль|lösen|jelszó|parola|şifre|密码|密碼|パスワード|암호",
    re.IGNORECASE,
)
_ONE_TIME = re.compile(r"one.?time|otp|token|verif|code|factor|passcode|pin\b", re.IGNORECASE)


class Noise:
    """The last bytes of what is not the script's."""

    def __init__(self) -> None:
        self._data = b""

    def add(self, data: bytes) -> None:
        self._data = (self._data + data)[-NOISE_LIMIT:]

    def value(self) -> bytes:
        return self._data


class Frame:
    """A stream up to our line and after it."""

    def __init__(self, nonce: str) -> None:
        self._mark = re.compile(re.escape(nonce.encode()) + rb":[a-z ]+\r?\n")
        self._buffer = b""
        self._noise = Noise()
        self.open = False

    @property
    def noise(self) -> bytes:
        return self._noise.value() + (b"" if self.open else self._buffer)

    def feed(self, data: bytes) -> bytes:
        """Take some of the stream; returns what of it comes after the line."""
        if self.open:
            return data
        self._buffer += data
        if match := self._mark.search(self._buffer):
            self.open = True
            self._noise.add(self._buffer[: match.start()])
            rest, self._buffer = self._buffer[match.end() :], b""
            return rest
        if len(self._buffer) > _KEEP:
            self._noise.add(self._buffer[:-_KEEP])
            self._buffer = self._buffer[-_KEEP:]
        return b""


class Becoming:
    """Reads stderr until the script starts.

    begun: our shell runs. program: sudo, doas or su, once it may ask. folder: of the pipes.
    result: the word of `become`, '' as long as it is open. detail: what follows the word.
    asked: how often a prompt was answered.
    """

    def __init__(self, nonce: str) -> None:
        # Nothing else: sudo's refusals quote the command, in which the nonce is.
        mark = rb"(?:\+|\?([a-z]+)|@(/[^\r\n]*)|:(?:(%s)|(%s) ?([a-z0-9]*)))\r?\n"
        mark %= tuple("|".join(words).encode() for words in (_WHOLE, _DETAILED))
        self._mark = re.compile(re.escape(nonce.encode()) + mark)
        self._buffer = b""
        self._noise = Noise()
        self._asking = b""
        self.begun = False
        self.program = self.folder = self.result = self.detail = ""
        self.asked = 0

    @property
    def started(self) -> bool:
        return self.result in ROOT

    @property
    def noise(self) -> bytes:
        """What others wrote meanwhile: banners, sudo's lecture, sudo's refusal."""
        return self._noise.value() + self._buffer

    @property
    def since_asked(self) -> str:
        """What was said since the program began to ask, or since the last answer."""
        return clean(self._asking + self._buffer) if self.program else ""

    @property
    def prompt(self) -> str:
        """The unfinished line that waits for an answer, '' if there is none."""
        return "" if self.result else self.since_asked.rsplit("\n", 1)[-1].strip()

    @property
    def certain(self) -> bool:
        """Whether the prompt is one that we know; others are prompts if nothing follows."""
        return bool(_OWN_PROMPT.search(self.since_asked.rsplit("\n", 1)[-1]))

    def answered(self) -> None:
        """The prompt was answered."""
        self.asked += 1
        self._noise.add(self._buffer)
        self._buffer = self._asking = b""

    def feed(self, data: bytes) -> bytes:
        """Take some of stderr; returns what of it is the script's."""
        if self.started:
            return data
        self._buffer += data
        while match := self._mark.search(self._buffer):
            self._put_aside(match.start())
            self._buffer = self._buffer[match.end() - match.start() :]
            self._read(match)
            if self.started:
                rest, self._buffer = self._buffer, b""
                return rest
        if len(self._buffer) > NOISE_LIMIT:
            self._put_aside(len(self._buffer) - _KEEP)
        return b""

    def _put_aside(self, size: int) -> None:
        self._noise.add(self._buffer[:size])
        self._asking = (self._asking + self._buffer[:size])[-NOISE_LIMIT:]
        self._buffer = self._buffer[size:]

    def _read(self, match: re.Match[bytes]) -> None:
        program, folder, word, kind, detail = (clean(part or b"") for part in match.groups())
        self.begun = True
        self._asking = b""
        self.program = program or self.program
        self.folder = folder or self.folder
        self.result = word or kind
        self.detail = detail


def is_password(prompt: str) -> bool:
    """Whether a prompt asks for a password, not for a code or anything else."""
    if _OWN_PROMPT.search(prompt):
        return True
    return bool(_WORD_FOR_PASSWORD.search(prompt)) and not _ONE_TIME.search(prompt)


def owner(prompt: str, user: str) -> str:
    """Whose password a prompt asks for: "[sudo] password for root: "."""
    words = re.findall(r"[^\s'’`\":():]+", prompt)
    return "root" if "root" in words and user not in words else user
