"""See design: filled by its own room."""
