"""Rebuilds a lost session from the hosts of its cluster."""
