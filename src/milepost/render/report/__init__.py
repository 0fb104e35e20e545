"""The standard report, for people and programs to read."""
