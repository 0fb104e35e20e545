"""Heat tables, for people and programs to read."""
