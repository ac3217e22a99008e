"""The page review: its screen, its widgets, what it shows."""
