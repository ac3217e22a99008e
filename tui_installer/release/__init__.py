"""Fetches, verifies and caches the programs of Kubernetes and etcd."""
