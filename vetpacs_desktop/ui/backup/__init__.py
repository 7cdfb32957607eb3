"""Backups in the window: their card, the assistants, what is known of each place."""
