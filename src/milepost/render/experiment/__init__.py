"""Experiments, for people and programs to read."""
