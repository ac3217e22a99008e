"""Plain text and JSON lines."""
