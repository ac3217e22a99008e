"""What the program knows about Kubernetes: pure functions from spec to bytes."""

from tui_installer.kubernetes.components import Component
from tui_installer.kubernetes.flags import lint_extra_args
from tui_installer.kubernetes.options import options, options_bytes
from tui_installer.kubernetes.units import unit

__all__ = ["Component", "lint_extra_args", "options", "options_bytes", "unit"]
