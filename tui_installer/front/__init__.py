"""Front ends: consumers of the event stream."""
