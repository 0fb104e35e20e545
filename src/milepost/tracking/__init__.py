"""The tracking itself: how each declared conversion comes to be, and what a site must send for it."""
