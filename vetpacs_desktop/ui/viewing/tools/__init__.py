"""What the left button does while something is measured: placing points, drawing, taking hold of what is there."""
