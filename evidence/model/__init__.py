"""The words of the house as frozen dataclasses. No input, no output, no other room."""
