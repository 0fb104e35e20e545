"""The preview of tags, for a browser and for the terminal that it was started from."""
