"""What the left button does while measuring: placing points, drawing, taking hold of what is there."""
