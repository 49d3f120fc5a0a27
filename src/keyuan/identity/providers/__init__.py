"""Who answers a check of identity: our own registry, or a service over HTTP that is asked after it."""
