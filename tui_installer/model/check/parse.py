"""The parsers of user input: str → value, or ValueError saying what is allowed.

They raise no other exception, whatever the text; parsing a result again gives the same result.
"""

from __future__ import annotations

from tui_installer.model.check.parse_net import (
    cidr,
    dns_name,
    endpoint,
    endpoint_text,
    etcd_url,
    host_address,
    host_name,
    host_or_ip,
    ip,
    location,
    networks,
    port,
    san,
    ssh_host,
    url,
)
from tui_installer.model.check.parse_path import absolute_path, file_path, folder, log_path
from tui_installer.model.check.parse_text import (
    cluster_name,
    duration,
    duration_text,
    env_name,
    fingerprint,
    flag_name,
    line,
    port_range,
    sha256,
    shown,
    user_name,
    version,
)

__all__ = [
    "absolute_path",
    "cidr",
    "cluster_name",
    "dns_name",
    "duration",
    "duration_text",
    "endpoint",
    "endpoint_text",
    "env_name",
    "etcd_url",
    "file_path",
    "fingerprint",
    "flag_name",
    "folder",
    "host_address",
    "host_name",
    "host_or_ip",
    "ip",
    "line",
    "location",
    "log_path",
    "networks",
    "port",
    "port_range",
    "san",
    "sha256",
    "shown",
    "ssh_host",
    "url",
    "user_name",
    "version",
]
