"""Sessions of this machine: listed, moved, recovered, edited."""
