"""The running cluster: its API, its keys and certificates."""
