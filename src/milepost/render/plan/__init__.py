"""Plans and what became of them, for people and programs to read."""
