"""Small widgets by concept."""
