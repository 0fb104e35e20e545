"""Funnels, for people and programs to read."""
