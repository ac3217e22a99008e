"""The audit of a running control plane: facts from the hosts, and the controls that judge them."""
