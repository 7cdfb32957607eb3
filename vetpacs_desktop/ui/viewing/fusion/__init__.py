"""A second series over the pictures."""
