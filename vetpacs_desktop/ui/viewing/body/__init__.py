"""A volume as a solid body on the reading page: seen, turned, cut, saved."""
