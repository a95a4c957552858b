"""Pure arithmetic over the model: what is claimed and in which words. No files, no PDF, no clock."""
