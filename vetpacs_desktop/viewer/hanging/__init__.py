"""Hanging: which image goes where on the screen, and which way up, by rules that are data."""
