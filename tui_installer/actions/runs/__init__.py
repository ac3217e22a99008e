"""Runs: prepared, carried out, in the background, followed."""
