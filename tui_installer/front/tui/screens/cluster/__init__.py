"""The Cluster page: its screen, its widgets and the data they show."""
