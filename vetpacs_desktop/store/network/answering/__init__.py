"""What machines may ask of this archive: searching, fetching, and a word on what is kept."""
