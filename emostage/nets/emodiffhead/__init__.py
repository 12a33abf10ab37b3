"""EMOdiffhead (arXiv 2409.07255)."""
