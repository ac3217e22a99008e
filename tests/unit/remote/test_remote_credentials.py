from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest

from tui_installer.errors import AuthenticationFailed
from tui_installer.model.secret import Secret
from tui_installer.model.spec import HostSpec, SecretRef, SshSpec, SudoMode
from tui_installer.remote.credentials import Credentials, NoPassphrase, WrongPassphrase
from tui_installer.remote.deadline import Deadline

SSH = SshSpec("192.0.2.7", 22, "ops", (), False, SecretRef(), "")
HOST = HostSpec("m1", "192.0.2.7", SSH, SudoMode.AUTO, SecretRef())


class Person:
    """Types these answers, slowly enough for others to ask meanwhile."""

    def __init__(self, *answers):
        self.answers, self.prompts = list(answers), []

    async def __call__(self, prompt):
        self.prompts.append(prompt)
        await asyncio.sleep(0.01)
        return Secret(self.answers.pop(0)) if self.answers else None


def private(path, text, mode=0o600):
    path.write_text(text)
    path.chmod(mode)
    return path


async def test_hosts_that_ask_at_once_make_one_question():
    person = Person("pw")
    credentials = Credentials(person)
    hosts = [replace(HOST, name=f"m{number}") for number in range(3)]
    got = await asyncio.gather(*map(credentials.sudo_password, hosts))
    assert [secret.reveal() for secret in got] == [b"pw"] * 3
    assert len(person.prompts) == 1
    assert "ops" in person.prompts[0]


async def test_another_user_is_another_question():
    person = Person("one", "two")
    credentials = Credentials(person)
    other = replace(HOST, ssh=replace(SSH, user="dev"))
    assert (await credentials.sudo_password(HOST)).reveal() == b"one"
    assert (await credentials.sudo_password(other)).reveal() == b"two"


async def test_a_file_is_read_without_asking(tmp_path):
    ref = SecretRef(file=private(tmp_path / "pw", "s3cret\n"))
    secret = await Credentials().sudo_password(replace(HOST, sudo_password=ref))
    assert secret.reveal() == b"s3cret"


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o660])
async def test_a_file_others_may_read_is_refused(tmp_path, mode):
    ref = SecretRef(file=private(tmp_path / "pw", "s3cret\n", mode))
    with pytest.raises(AuthenticationFailed, match="other users can read") as caught:
        await Credentials().sudo_password(replace(HOST, sudo_password=ref))
    assert "chmod 600" in caught.value.hint
    assert "s3cret" not in str(caught.value) + "".join(caught.value.details)


async def test_a_missing_file_and_an_unset_variable_are_named(tmp_path):
    for ref, name in (
        (SecretRef(file=tmp_path / "none"), f"a file in {tmp_path} with a name of 4"),
        (SecretRef(env="TUI_PW"), "TUI_PW"),
    ):
        with pytest.raises(AuthenticationFailed, match=name):
            await Credentials(environ={}).sudo_password(replace(HOST, sudo_password=ref))


async def test_a_variable_is_read():
    credentials = Credentials(environ={"TUI_PW": "pw"})
    found = await credentials.sudo_password(replace(HOST, sudo_password=SecretRef(env="TUI_PW")))
    assert found.reveal() == b"pw"


@pytest.mark.parametrize("ask", [None, Person()])
async def test_without_anybody_to_ask_the_answers_fields_are_named(ask):
    with pytest.raises(AuthenticationFailed) as caught:
        await Credentials(ask).sudo_password(HOST)
    assert "sudo: {password: {file:" in caught.value.hint
    assert caught.value.host == "m1"


def opener(passphrase):
    if passphrase != b"right":
        raise WrongPassphrase("wrong passphrase")
    return object()


async def test_a_key_is_opened_once_for_all_hosts(tmp_path):
    person = Person("right")
    credentials = Credentials(person)
    keys = await asyncio.gather(
        *(credentials.unlock(SSH.passphrase, tmp_path, opener) for _ in range(3))
    )
    assert len(set(keys)) == 1
    assert len(person.prompts) == 1


async def test_a_person_may_mistype_twice(tmp_path):
    person = Person("x", "y", "right")
    await Credentials(person).unlock(SSH.passphrase, tmp_path, opener)
    assert len(person.prompts) == 3


async def test_a_wrong_passphrase_is_final_and_not_asked_again(tmp_path):
    person = Person("x", "y", "z", "right")
    credentials = Credentials(person)
    for _ in range(2):
        with pytest.raises(WrongPassphrase):
            await credentials.unlock(SSH.passphrase, tmp_path, opener)
    assert len(person.prompts) == 3


async def test_no_passphrase_is_told_from_a_wrong_one(tmp_path):
    with pytest.raises(NoPassphrase):
        await Credentials().unlock(SSH.passphrase, tmp_path, opener)
    wrong = replace(SSH, passphrase=SecretRef(env="P"))
    with pytest.raises(WrongPassphrase):
        await Credentials(environ={"P": "x"}).unlock(wrong.passphrase, tmp_path, opener)


async def test_a_deadline_ends_what_takes_too_long():
    deadline = Deadline(0.02)
    with pytest.raises(TimeoutError):
        async with deadline.running():
            await asyncio.sleep(5)


async def test_a_deadline_stands_still_while_somebody_types():
    deadline = Deadline(0.05)
    async with deadline.running():
        async with deadline.paused():
            await asyncio.sleep(0.15)
        await asyncio.sleep(0.01)
    with pytest.raises(TimeoutError):
        async with Deadline(0.05).running():
            await asyncio.sleep(5)


async def test_a_refused_password_is_asked_for_again_a_good_one_is_not():
    person = Person("wrong", "right")
    credentials = Credentials(person)
    wrong = await credentials.sudo_password(HOST)
    credentials.forget(HOST, wrong)
    right = await credentials.sudo_password(HOST)
    credentials.forget(HOST, wrong)  # a second host tells of the first password, late
    credentials.ask_again()
    assert await credentials.sudo_password(HOST) is right
    assert right.reveal() == b"right"


async def test_who_gives_no_password_is_left_alone_until_asking_again_is_wanted():
    person = Person()
    credentials = Credentials(person)
    for name in ("m1", "m2"):
        with pytest.raises(AuthenticationFailed, match=name):
            await credentials.sudo_password(replace(HOST, name=name))
    assert len(person.prompts) == 1
    credentials.ask_again()
    with pytest.raises(AuthenticationFailed):
        await credentials.sudo_password(HOST)
    assert len(person.prompts) == 2
