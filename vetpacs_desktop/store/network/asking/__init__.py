"""What this archive asks of others: what they have, and their images."""
