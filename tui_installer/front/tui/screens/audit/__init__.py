"""The page audit: its screen, its widgets, what it shows."""
