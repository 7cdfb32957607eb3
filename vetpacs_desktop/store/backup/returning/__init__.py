"""From a target back into a library: all, some, or one damaged image; and the rehearsal of it."""
