"""How a picture is looked at: free turns, a window from a region, the magnifier, treatment, colours."""
