"""Pages of the register. Households, corrections and places are written apart from the import pages."""
