"""What starts the product: settings, routes, the command line."""
