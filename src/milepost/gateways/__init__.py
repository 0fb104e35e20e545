"""Google's official clients: the only rooms that know channels, credentials and proto messages."""
