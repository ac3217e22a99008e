"""What the program talks about: answers, spec, plan, events. No I/O."""
