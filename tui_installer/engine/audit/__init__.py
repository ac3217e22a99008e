"""The audit of a running control plane: what the hosts say of it, and controls that judge that."""
