"""Examines the operator machine: what would be used, why, and what is wrong with it."""
