"""The Review page: its screen, its widgets and the data they show."""
