"""The results of a finished run: its files on this machine, and its result as JSON."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tui_installer.model.run.state import RunState
    from tui_installer.store.session_folder import SessionFolder


def artefacts(session: SessionFolder) -> tuple[tuple[str, str], ...]:
    """Returns (what, path) of the files that exist."""
    found = (
        ("kubeconfig", session.kubeconfig),
        ("certificates and keys", session.pki),
        ("journal", session.journal),
    )
    return tuple((what, str(path)) for what, path in found if path.exists())


def result(state: RunState) -> dict[str, object]:
    """Returns the content of result.json: the outcome of every step, check and failure."""
    finish = state.finish
    return {
        "schema": 1,
        "operation": state.start.operation if state.start else None,
        "exit_code": finish.exit_code if finish else None,
        "seconds": finish.seconds if finish else None,
        "changes": finish.changes if finish else None,
        "restarts": finish.restarts if finish else None,
        "steps": [
            {
                "step": step,
                "host": host,
                "outcome": s.outcome,
                "seconds": s.seconds,
                "reason": s.reason,
            }
            for (step, host), s in state.steps.items()
        ],
        "checks": [
            {"host": c.host, "check": c.check, "ok": c.ok, "evidence": c.evidence}
            for c in state.checks
        ],
        "failures": [
            {
                "host": f.host,
                "step": f.step,
                "message": f.message,
                "details": list(f.details),
                "hint": f.hint,
            }
            for f in state.failures
        ],
    }
