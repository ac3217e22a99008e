"""Installs a Kubernetes control plane from release binaries over SSH."""

__version__ = "0.1.0"
