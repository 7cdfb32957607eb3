"""Guided measurements in the window: their menu, the card of the step to click, the result with sources."""
