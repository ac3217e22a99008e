"""Tables of command line flags, one file a program; data only."""
