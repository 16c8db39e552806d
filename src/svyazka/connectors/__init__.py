"""The edge: one folder for each system outside. None knows another."""
