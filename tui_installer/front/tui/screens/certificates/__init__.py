"""The Certificates page: its screen, its widgets and the data they show."""
