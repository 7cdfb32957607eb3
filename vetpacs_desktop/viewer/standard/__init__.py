"""A sheet of an exam as DICOM documents, and the documents of other programs as layers over the images.

SR (TID 1500) carries the measurements, presentation states how images look and what is drawn on them, key
object selections the key images. highdicom is imported only when something is written.
"""
