"""HTTP routes, one file per noun; docs/reference/formats.md lists them."""
