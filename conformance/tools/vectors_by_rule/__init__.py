"""The conformance vectors, one module for each rule of section 4 of the protocol."""
