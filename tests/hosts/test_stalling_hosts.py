"""Hosts that are heard of no more, at each point: given up in bounded time, and told where."""

from __future__ import annotations

from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass

import pytest
from hostile_host import HOST, Hostile, Ran, take_over

SSHD = "systemd-run -q --unit=sshd-{port} /usr/sbin/sshd -D -p {port}"
RELAY = """\
echo 'exec 3<>/dev/tcp/127.0.0.1/22 4<&0; IFS= read -r line <&3; echo "$line"; {does}' \
    >/opt/relay-{port}
printf '[Socket]\\nListenStream={port}\\nAccept=yes\\n' >/run/systemd/system/relay-{port}.socket
printf '[Service]\\nStandardInput=socket\\nExecStart=-/bin/bash /opt/relay-{port}\\n' \
    >/run/systemd/system/relay-{port}@.service
systemctl daemon-reload; systemctl start relay-{port}.socket"""
"""Between its port and sshd; sshd's greeting goes through."""
LISTENS = "until ss -Hltn 'sport = :{port}' | grep -q .; do sleep 0.1; done"
SLEEPER = """\
printf '#!/bin/sh\\nsleep 600\\n' >/opt/sleeper; chmod 755 /opt/sleeper
"""


@dataclass(frozen=True)
class Wait:
    """A host that is heard of no more. does: what makes it so, at that port."""

    port: int
    does: str
    told: str
    options: tuple[str, ...] = ("--plan",)


LOGIN = "the login did not finish within 10 s"
WAITS = {
    "an sshd that is stopped": Wait(
        2201,
        f"{SSHD}; {LISTENS}; systemctl kill -s STOP sshd-{{port}}",
        "the port is open but says nothing within 10 s",
    ),
    "an sshd that greets and says no more": Wait(2202, RELAY.replace("{does}", "sleep 600"), LOGIN),
    "an sshd that drips": Wait(
        2203,
        RELAY.replace(
            "{does}", "cat <&4 >&3 & while dd bs=1 count=1 status=none <&3; do sleep 0.2; done"
        ),
        LOGIN,
    ),
    "an sshd that looks for keys without end": Wait(
        2204,
        f"{SLEEPER} {SSHD} -o AuthorizedKeysFile=none -o AuthorizedKeysCommandUser=root"
        " -o AuthorizedKeysCommand=/opt/sleeper",
        LOGIN,
    ),
    "a login that begins nothing": Wait(
        2205, f"{SSHD} -o ForceCommand='sleep 600'", "does not come to our command"
    ),
    "facts without an end": Wait(2206, SSHD, "did not end within 60 s"),
    "an upload that is not taken": Wait(2207, SSHD, "the upload stalled", ()),
    "a lock that is a pipe": Wait(
        22,
        "rm -f /run/tui-installer.lock; mkfifo /run/tui-installer.lock",
        "did not answer within 30 s when it was to be locked",
        (),
    ),
}


@pytest.fixture(scope="module")
def waited(new_site, tmp_path_factory) -> dict[str, Future[Ran]]:
    """All of them side by side: nothing is done but waiting."""
    hostile = take_over(new_site(HOST))
    for wait in WAITS.values():
        hostile.site.ssh(HOST, wait.does.format(port=wait.port))
    for port in (2202, 2203, 2204, 2205, 2206, 2207):
        hostile.site.ssh(HOST, LISTENS.format(port=port))
    hostile.turn(2206, facts="became; printf 'time\\t1\\n'; sleep 600")
    # Its lock is not that of the run to which the lock is a pipe.
    hostile.turn(2207, lock="became; echo held >&2; cat", uploads="became; sleep 600")

    def run(wait: Wait) -> Ran:
        other = hostile.site.elsewhere(tmp_path_factory.mktemp("waits"))
        other.answers["ssh"]["port"] = wait.port
        return Hostile(other).run(*wait.options)

    with ThreadPoolExecutor(len(WAITS)) as pool:
        return {what: pool.submit(run, wait) for what, wait in WAITS.items()}


@pytest.mark.parametrize("what", WAITS)
def test_a_host_that_is_heard_of_no_more_is_given_up(what, waited):
    ran = waited[what].result()
    assert ran.code == 3
    assert HOST in ran.said
    assert WAITS[what].told in ran.said
