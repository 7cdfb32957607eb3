"""Other exams of the same animal beside the one that is read."""
