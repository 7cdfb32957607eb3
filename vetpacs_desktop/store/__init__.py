"""What is kept: the index, the object files, and every way in and out. No Qt, no VTK, no viewer."""
