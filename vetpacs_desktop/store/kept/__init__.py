"""What must not be lost: the trash, images that came twice, files set aside, and how long each is kept."""
