"""Google's official clients, and nothing else: the only rooms that know channels, credentials and proto messages."""
