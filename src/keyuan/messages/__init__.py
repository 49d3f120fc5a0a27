"""Messages to customers: written into an outbox with what they tell of, and delivered from there."""
