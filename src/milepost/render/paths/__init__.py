"""Roads to a macro conversion, for people and programs to read."""
