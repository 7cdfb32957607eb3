"""What is measured in the animal itself: kept in patient millimetres, seen on every plane that it crosses."""
