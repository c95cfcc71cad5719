"""A weaving mill as a data platform; what it declares is in `defs/`."""
