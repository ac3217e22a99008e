"""Reads hosts from lists that people have: inventories, tables, program output, plain lines."""
