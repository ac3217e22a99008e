"""Tables of command line flags, one file per program; data only."""
