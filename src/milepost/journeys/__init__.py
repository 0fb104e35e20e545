"""Event-level analysis: which small steps lead to the big one, from funnels or from the event export."""
