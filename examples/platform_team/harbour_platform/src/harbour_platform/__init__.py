"""What the platform team of a ferry line gives to its domain teams."""
