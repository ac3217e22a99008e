"""Where binaries come from, their digests, and the local cache."""
