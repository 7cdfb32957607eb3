"""Files of other kinds inside DICOM objects: PDF pages as pictures, and everything else to be saved."""
