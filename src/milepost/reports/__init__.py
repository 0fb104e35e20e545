"""Questions to the Data API and what their answers say, as frozen values; pure but for the gateway call."""
