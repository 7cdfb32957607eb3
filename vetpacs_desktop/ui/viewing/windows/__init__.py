"""Brightness and contrast that a reader saves by name."""
