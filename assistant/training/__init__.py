"""Scripts that make the data files the product ships. None is needed at run time."""
