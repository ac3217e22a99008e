"""What a person can ask for, each a function from options to a report."""
