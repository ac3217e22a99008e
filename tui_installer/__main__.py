"""``python -m tui_installer``."""

from tui_installer.cli import main

main()
