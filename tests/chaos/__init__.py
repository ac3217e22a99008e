"""Faults at every step of an install on real hosts, and what must be true after the resume."""
