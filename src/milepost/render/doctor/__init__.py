"""What the doctor found, for people and programs to read."""
