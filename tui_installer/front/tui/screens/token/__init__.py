"""The page token: its screen, its widgets, what it shows."""
