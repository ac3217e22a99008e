"""What asyncssh is kept from sending."""

from __future__ import annotations

from tui_installer.model.spec import SecretRef, SshSpec
from tui_installer.remote.credentials import Asker, Credentials
from tui_installer.remote.deadline import Deadline
from tui_installer.remote.gate import MSG_IGNORE, Gate
from tui_installer.remote.host_keys import HostKeyPolicy
from tui_installer.remote.identities import Identities
from tui_installer.remote.prompts import Prompts


class Recorder:
    """A connection that only writes down what it would send."""

    def __init__(self):
        self.sent = []

    def data_received(self, data, datatype=None):
        pass

    def send_packet(self, pkttype, *args, handler=None):
        self.sent.append((pkttype, args, handler))


async def test_no_empty_packet_goes_before_each_of_ours(tmp_path):
    ssh = SshSpec("127.0.0.1", 22, "root", (), False, SecretRef(), "")
    credentials, deadline = Credentials(), Deadline(1)
    queue = Identities(ssh, credentials, deadline).all()
    prompts = Prompts(Asker("m1", ssh, "root"), credentials, deadline, {})
    connection = Recorder()
    Gate("m1", ssh, HostKeyPolicy(tmp_path / "known"), queue, prompts).connection_made(connection)
    connection.send_packet(MSG_IGNORE, b"\0\0\0\0")
    connection.send_packet(94, b"data", handler="channel")
    assert connection.sent == [(94, (b"data",), "channel")]
