"""The checks of the verification; each returns its evidence."""
