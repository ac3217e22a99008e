"""The operation that brings hosts to the state that the answers describe."""
