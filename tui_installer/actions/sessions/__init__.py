"""Sessions of this machine: list, move, recover, edit."""
