"""Python client of Patchbay."""
