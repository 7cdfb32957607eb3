"""When the index is in doubt: compared with the files, made anew from them, put in the old one's place."""
