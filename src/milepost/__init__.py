"""GA4 conversions as code: one TOML file, synced to Google Analytics, reported micro against macro."""

__version__ = "0.1.0"
