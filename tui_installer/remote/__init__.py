"""Hosts over SSH; the only importer of asyncssh."""
