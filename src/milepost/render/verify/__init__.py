"""Whether conversions arrive, for people and programs to read."""
