"""The page done: its screen, its widgets, what it shows."""
