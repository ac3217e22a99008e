"""How often programs may call the API server."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ApiRate:
    """Requests that each program may send to the API server: qps per second, burst at once."""

    controller_manager_qps: int
    controller_manager_burst: int
    scheduler_qps: int
    scheduler_burst: int
