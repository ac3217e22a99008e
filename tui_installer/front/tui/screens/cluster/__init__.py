"""The page cluster: its screen, its widgets, what it shows."""
