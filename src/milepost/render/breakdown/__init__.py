"""Micro against macro by a dimension, for people and programs to read."""
