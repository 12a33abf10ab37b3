"""The diffusion finish of the engine that moves a photo."""
