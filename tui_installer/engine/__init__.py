"""Facts, plan and run; knows no front end."""
