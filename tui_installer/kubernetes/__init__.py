"""What the program knows about Kubernetes: pure functions from spec to bytes."""
