"""A judge for each suite that is built. A judge calls the product's public functions or its HTTP doors."""
