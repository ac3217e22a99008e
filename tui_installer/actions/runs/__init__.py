"""Runs: prepare, carry out, put into the background, follow."""
