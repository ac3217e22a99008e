"""Files on the operator machine: paths, answers files, session folders, journals."""
