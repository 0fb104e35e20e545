"""Where the emulator's events come from."""
