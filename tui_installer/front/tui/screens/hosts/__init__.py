"""The page hosts: its screen, its widgets, what it shows."""
