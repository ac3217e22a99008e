"""The page start: its screen, its widgets, what it shows."""
