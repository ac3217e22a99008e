"""The program's data: answers, spec, facts, plan, events. No I/O."""
