"""Planes and paths of a volume as images of the exam: which ones, how they are made, where they appear."""
