"""One module per group of commands; each hands its functions to `cli`."""
