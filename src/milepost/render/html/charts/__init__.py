"""Charts as Vega-Lite specifications; their colours are the light ones of the palette."""
