"""Hosts over SSH: facts, files, units, users, locks, reconnecting."""
