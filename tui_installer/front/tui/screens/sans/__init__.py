"""The page sans: its screen, its widgets, what it shows."""
