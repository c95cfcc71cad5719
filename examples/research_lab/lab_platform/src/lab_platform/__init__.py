"""What the platform team of a research lab gives to its researchers."""
