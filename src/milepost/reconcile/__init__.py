"""Desired (from the file) × live (from the gateway) → plan; and the carrying out of a plan."""
