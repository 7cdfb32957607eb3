"""Which generations stay, and how the others go."""
