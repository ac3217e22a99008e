"""Checks answers and turns them into a Spec."""
