"""The answers: what the user wants, one declaration per field."""
