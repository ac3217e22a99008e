"""One page a file, its stylesheet beside it; a page knows no other page."""
