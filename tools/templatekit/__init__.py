"""The shipped templates as readable descriptions, one module per kind, both scripts side by side."""
