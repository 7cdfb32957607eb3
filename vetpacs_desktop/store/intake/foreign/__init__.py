"""Pictures, documents and videos of other kinds become DICOM here; `conversion.convert` is the one door.

Nothing in this room touches the library: it reads what stands in a folder and writes finished DICOM files
into another, which are then imported like any others.
"""
