"""The operator's side: paths, answers files, state folder, journal."""
