"""Video streams inside DICOM objects: any frame by its number, in its true colours."""
