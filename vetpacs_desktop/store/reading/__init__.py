"""What the bytes of a file say, and whether it is whole. It knows no library."""
