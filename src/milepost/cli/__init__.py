"""The commands: options in, operations called, results rendered. Heavy imports happen inside each command."""
