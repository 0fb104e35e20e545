"""The preview: a page with every declared trigger, and a collector on this machine for what they send."""
