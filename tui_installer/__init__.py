"""Installs a Kubernetes control plane from release binaries over SSH."""
