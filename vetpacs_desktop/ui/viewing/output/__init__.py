"""What leaves the reading page: clipboard, picture files, films, paper, and what a file says of itself."""
