"""How fast the product is beside the thinnest Django that does the same: ratios within one run, nothing absolute."""
