"""The page deploy: its screen, its widgets, what it shows."""
