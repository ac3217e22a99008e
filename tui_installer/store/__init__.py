"""The operator's side: paths, answers files, session folder, journal."""
