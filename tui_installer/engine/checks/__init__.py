"""The verification: each check answers with its evidence."""
