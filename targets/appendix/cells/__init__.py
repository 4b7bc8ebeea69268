"""What one cell means: numbers, text. Pure; nothing here knows a sheet or a database."""
