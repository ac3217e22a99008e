"""What the user can ask for, each a function from options to a report."""
