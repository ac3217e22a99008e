"""The card of one failure."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tui_installer.errors import InstallerError
    from tui_installer.front.text.style import Style
    from tui_installer.model.run.events import Failed


def card(event: Failed, style: Style) -> str:
    """Returns what failed, where, the evidence, and what to do next."""
    where = " ".join(
        part
        for part in (event.host and f"on {event.host}", event.step and f"in step {event.step}")
        if part
    )
    head = style.paint("✗ FAILED", "red", "bold") + (f" {where}" if where else "")
    lines = [head, f"  {event.message}"]
    lines += [style.paint(f"    {detail}", "dim") for detail in event.details]
    if event.hint:
        lines.append(f"  {style.paint('Next:', 'cyan')} {event.hint}")
    return "\n".join(lines)


def error_text(error: InstallerError, style: Style) -> str:
    """Returns the text of an error that ended the program before or outside a run."""
    where = f" ({error.host})" if error.host else ""
    lines = [f"{style.paint('error:', 'red', 'bold')} {error.message}{where}"]
    lines += [f"  {detail}" for detail in error.details]
    if error.hint:
        lines.append(f"  {style.paint('Next:', 'cyan')} {error.hint}")
    return "\n".join(lines)
