"""How conversions come to be, for people and programs to read."""
