"""A run as data: facts, plan, events and their fold."""
