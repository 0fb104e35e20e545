"""Proposed values, for people and programs to read."""
