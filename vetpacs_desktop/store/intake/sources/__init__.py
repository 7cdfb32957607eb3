"""What stands at the paths somebody named: folders, sticks, discs, archives, each file by its content."""
