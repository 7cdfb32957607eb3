"""Hanging on the reading page: exams are laid out when they open, and a person chooses, saves and sorts."""
