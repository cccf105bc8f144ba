"""What requests, replies and routes are made of."""
