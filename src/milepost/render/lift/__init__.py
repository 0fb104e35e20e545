"""What leads to a macro conversion, for people and programs to read."""
