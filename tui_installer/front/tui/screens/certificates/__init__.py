"""The page certificates: its screen, its widgets, what it shows."""
