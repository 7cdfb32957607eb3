"""Videos, documents and moving series: the bar below the pictures, pages, the clock that plays."""
