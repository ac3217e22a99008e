"""What the user said: one declaration a field."""
