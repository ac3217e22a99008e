"""The operation that rotates the key of Secrets at rest."""
