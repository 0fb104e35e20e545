"""The emulator's collection side: what sites and servers send over HTTP becomes events of a property."""
