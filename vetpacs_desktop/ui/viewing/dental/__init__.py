"""The dental chart in the window: teeth to click, what was found at them, which image shows them."""
