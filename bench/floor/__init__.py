"""The yardstick floor: the thinnest honest Django, which the product is measured against."""
