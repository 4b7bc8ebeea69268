"""What one cell means: numbers, dates, text. Pure; nothing here knows a sheet or a database."""
