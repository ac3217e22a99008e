"""The wizard: the only importer of textual and rich."""
