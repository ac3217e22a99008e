"""Answers to problems, and to a Spec where there are none."""
