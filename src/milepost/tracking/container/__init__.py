"""Tag Manager containers, export format version 2: their format, building one, merging it into another."""
