"""A run as data: facts, plan, events and the state that they add up to."""
