"""A lost session, read back from the hosts of its cluster."""
