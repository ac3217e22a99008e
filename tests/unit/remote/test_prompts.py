"""What is answered to a host's prompts, and what of them is shown."""

from __future__ import annotations

import contextlib
import os
from dataclasses import replace

import pytest

from tui_installer.model.secret import Secret
from tui_installer.model.spec import SecretRef, SshSpec
from tui_installer.remote.credentials import Asker, Credentials
from tui_installer.remote.deadline import Deadline
from tui_installer.remote.prompts import LONGEST, REFUSED, Prompts, shown
from tui_installer.remote.recent_logins import digest

SSH = SshSpec("192.0.2.7", 22, "ops", (), False, SecretRef(), "")
ASKER = Asker("m1", SSH, "ops")


class Unlimited(Deadline):
    """One that nothing is measured by."""

    def paused(self):
        return contextlib.AsyncExitStack()


class Person:
    def __init__(self, *answers):
        self.answers, self.prompts = list(answers), []

    async def __call__(self, prompt):
        self.prompts.append(prompt)
        return Secret(self.answers.pop(0)) if self.answers else None


def begun(person, credentials=None):
    prompts = Prompts(ASKER, credentials or Credentials(person), Unlimited(5), {})
    assert prompts.interactive(curious=True) == ""
    return prompts


@pytest.mark.parametrize(
    "prompt", ["Password: ", "(ops@m1) Passwort: ", "Mot de passe : ", "密码："]
)
async def test_a_password_is_asked_for_once_for_all_hosts(prompt):
    person = Person("secret")
    credentials = Credentials(person)
    for _ in range(2):
        assert await begun(person, credentials).answers("", "", [(prompt, False)]) == ["secret"]
    assert person.prompts == ["Password of ops for SSH (asked by m1): "]


@pytest.mark.parametrize(
    "prompt",
    ["Verification code: ", "One-time password (OATH) for `ops': ", "Passcode or option (1-3): ",
     "Token: ", "Einmalpasswort: ", "Enter PIN: ", "YubiKey for `ops': ", ""],
)  # fmt: skip
async def test_anything_else_is_asked_for_anew_and_not_kept(prompt):
    person = Person("111", "222")
    credentials = Credentials(person)
    for code in ("111", "222"):
        assert await begun(person, credentials).answers("", "", [(prompt, False)]) == [code]
    assert len(person.prompts) == 2
    assert not credentials.typed.logins


async def test_a_hosts_words_are_cleaned_and_bounded():
    person = Person("1")
    text = "\x1b]0;x\x07Approve\nthis " + "a" * 1000
    await begun(person).answers("", text, [("Code\x1b[31m:\n\n", True)])
    (asked,) = person.prompts
    assert asked.startswith("Approve this aaa")
    assert asked.endswith(" Code (ops, asked by m1): ")
    assert len(asked) < 2 * LONGEST
    assert "\x1b" not in asked
    assert len(shown("x" * 1000)) == LONGEST


async def test_information_without_a_prompt_is_acknowledged():
    assert await begun(Person()).answers("", "Welcome", []) == []


@pytest.mark.parametrize("rounds", [[9], [1] * 11])
async def test_a_host_that_does_not_stop_asking_is_given_up(rounds):
    prompts = begun(Person(*["x"] * 99))
    for count in rounds:
        last = await prompts.answers("", "", [("Code:", False)] * count)
    assert last is None
    assert "does not stop asking" in prompts.tried[0].result


async def test_a_refused_password_is_forgotten_and_not_sent_twice_in_a_login():
    person = Person("wrong", "right")
    credentials = Credentials(person)
    prompts = begun(person, credentials)
    assert await prompts.answers("", "", [("Password:", False)]) == ["wrong"]
    prompts.settle(REFUSED)
    assert prompts.interactive(curious=True) is None
    assert await prompts.password() is None
    assert "refused the password already" in prompts.tried[1].result
    assert not credentials.typed.logins
    assert await begun(person, credentials).answers("", "", [("Password:", False)]) == ["right"]


@pytest.mark.parametrize(
    "prompt", ["New password: ", "Retype new UNIX password: ", "Neues Passwort:"]
)
async def test_a_password_that_has_to_be_changed_is_not_changed_from_here(prompt):
    prompts = begun(Person("x"))
    assert await prompts.answers("", "", [(prompt, False)]) is None
    assert "has expired" in prompts.tried[0].result


async def test_nobody_there_is_said_once_for_both_methods():
    prompts = Prompts(ASKER, Credentials(), Unlimited(5), {})
    assert prompts.interactive(curious=False) is None
    assert await prompts.password() is None
    (tried,) = prompts.tried
    assert tried.label == "keyboard-interactive or password"
    assert tried.result.startswith("not tried: no password is given")


async def test_a_jump_host_gets_no_password_that_was_typed_for_hosts():
    person = Person("of hosts", "of the jump host")
    credentials = Credentials(person)
    await credentials.login_password(ASKER)
    jump = Asker("jump host of m1", SSH, "ops@192.0.2.7")
    assert (await credentials.login_password(jump)).reveal() == b"of the jump host"
    assert person.prompts[1].startswith("Password of ops@192.0.2.7 for SSH")


async def test_a_files_refused_password_rests_until_the_file_is_written_again(tmp_path):
    file = tmp_path / "password"
    file.touch(mode=0o600)
    file.write_text("wrong\n")
    asker = Asker("m1", replace(SSH, password=SecretRef(file=file)), "ops")
    first = Prompts(asker, Credentials(), Unlimited(5), {})
    assert await first.password() == "wrong"
    first.settle(REFUSED)
    lately = {digest(first.refused_file): 3.0}
    second = Prompts(asker, Credentials(), Unlimited(5), lately)
    assert await second.password() is None
    assert second.tried[0].result == "refused by the host 3 s ago, not tried again for 27 s"
    os.utime(file, ns=(1, 1))
    assert await Prompts(asker, Credentials(), Unlimited(5), lately).password() == "wrong"
