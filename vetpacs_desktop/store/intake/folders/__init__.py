"""Watched folders: what is put there is imported by itself, once it stands still."""
