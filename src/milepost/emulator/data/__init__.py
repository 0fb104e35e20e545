"""The Data API: reports computed from events, and the list of what can be asked."""

from milepost.emulator.data.service import methods

__all__ = ["methods"]
