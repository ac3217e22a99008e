"""Fuzzing of everything that is read: mutated documents, from a seed."""
