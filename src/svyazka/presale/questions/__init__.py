"""Questions of specialists to the client, which travel through the manager."""
