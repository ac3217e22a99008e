"""Keys, certificates and tokens; the only importer of cryptography."""
